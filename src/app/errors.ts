import { defineErrors } from '../model/error.ts'

export const appErrors = defineErrors('app', {
  unknown_sync: {
    kind: 'config',
    summary: 'A sync was asked for by a name that no file under syncs/ has.',
    remedy: 'Use a name that `syncline validate` lists.',
  },
  bad_sync: {
    kind: 'config',
    summary: 'The sync that was asked for has configuration errors.',
    remedy: 'Correct the errors that `syncline validate` lists.',
  },
  no_syncs: {
    kind: 'config',
    summary: 'Nothing was asked for: the project has no sync, or none has the tag.',
    remedy: 'Add a file under syncs/, or name what to run.',
  },
  invalid_project: {
    kind: 'config',
    summary: 'The project file has errors, so nothing can run.',
    remedy: 'Correct the errors that are listed.',
  },
  folder_not_empty: {
    kind: 'config',
    summary: '`init` or `demo` would overwrite a file.',
    remedy: 'Choose an empty folder.',
  },
})
