import { defineErrors } from '../model/error.ts'

export const serverErrors = defineErrors('server', {
  exposed: {
    kind: 'config',
    summary: 'The server was to listen where others reach it, without TLS or without a secret.',
    remedy:
      'Put a proxy that speaks TLS before it, set `server.behind_tls_proxy: true` and `server.path_secret`, `server.basic_auth` or `server.run_token`; or listen on 127.0.0.1.',
  },
  address: {
    kind: 'config',
    summary:
      'The server can not listen on its address, mostly because another program has the port.',
    remedy: 'End the other program, or choose another `server.port`.',
  },
})
