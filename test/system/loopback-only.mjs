/**
 * Preloaded into a process and its children: notes every address that is connected to, and refuses
 * those off this machine. The file to note into is named by a variable.
 */
import { appendFileSync } from 'node:fs'
import { Socket as Datagrams } from 'node:dgram'
import dns from 'node:dns'
import { Socket } from 'node:net'

const noted = process.env.SYNCLINE_TEST_SOCKETS
const local = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

function note(target) {
  appendFileSync(noted, `${target}\n`)
  if (!local.test(target)) throw new Error(`a connection to ${target}, off this machine`)
}

const connect = Socket.prototype.connect
Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  // Local sockets and pipes have a path instead of a host.
  if (typeof first === 'object' && first.path === undefined) note(first.host ?? 'localhost')
  else if (typeof first === 'number') note(typeof args[1] === 'string' ? args[1] : 'localhost')
  return connect.apply(this, args)
}

for (const name of ['connect', 'send']) {
  const method = Datagrams.prototype[name]
  Datagrams.prototype[name] = function (...args) {
    note(`datagram ${name}`)
    return method.apply(this, args)
  }
}

const lookup = dns.lookup
dns.lookup = function (host, ...args) {
  note(host)
  return lookup.call(this, host, ...args)
}
