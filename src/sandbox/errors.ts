import { defineErrors } from '../model/error.ts'

export const transformErrors = defineErrors('transform', {
  syntax: {
    kind: 'config',
    summary: 'The file of a row transform is not valid JavaScript.',
    remedy: 'Correct the file at the line named.',
  },
  load: {
    kind: 'config',
    summary:
      'The file of a row transform has no default function, imports something, or fails before the first row.',
    remedy: 'Write one file without imports that says `export default function (row) { … }`.',
  },
})
