/** Everything that can be wrong with a project's files, each with a code that never changes. */
import { defineErrors } from '../model/error.ts'

export const configErrors = defineErrors('config', {
  missing_project: {
    kind: 'config',
    summary: 'The folder holds no `syncline.yaml`.',
    remedy: 'Change to the folder of your project, or make one with `syncline init`.',
  },
  unreadable: {
    kind: 'config',
    summary: 'A file of the project exists but can not be read.',
    remedy: 'Make the file readable for the user that runs Syncline.',
  },
  syntax: {
    kind: 'config',
    summary: 'A file is not valid YAML 1.2.',
    remedy: 'Correct the syntax at the named line and column.',
  },
  duplicate_key: {
    kind: 'config',
    summary: 'The same key stands twice in one mapping.',
    remedy: 'Keep one of the two.',
  },
  unknown_key: {
    kind: 'config',
    summary: 'A key is not the name of any option at that place.',
    remedy: 'Correct the name or remove the line.',
  },
  missing: {
    kind: 'config',
    summary: 'A required option is not there.',
    remedy: 'Add the option.',
  },
  type: {
    kind: 'config',
    summary: 'An option has a value of another type than it takes.',
    remedy: 'Write a value of the expected type.',
  },
  value: {
    kind: 'config',
    summary: 'An option has a value of the right type that it does not accept.',
    remedy: 'Write one of the accepted values.',
  },
  version: {
    kind: 'config',
    summary: 'The project is written for another version of the configuration format.',
    remedy: 'Use the release of Syncline that the project was written for, or set `version: 1`.',
  },
  unsupported: {
    kind: 'config',
    summary: 'The configuration asks for something that this version does not do.',
    remedy: 'Remove it, or use a release that supports it.',
  },
  reference: {
    kind: 'config',
    summary: 'A `${…}` reference is not written as one of the forms that are known.',
    remedy: 'Write `${env:NAME}` or `${file:path}`; `$${` stands for a literal `${`.',
  },
  missing_variable: {
    kind: 'config',
    summary:
      'A `${env:NAME}` names a variable that is set neither in the environment nor in `.env`.',
    remedy: 'Set the variable, or add it to `.env`.',
  },
  missing_file: {
    kind: 'config',
    summary: 'A file that the configuration names is not there or is empty.',
    remedy: 'Correct the path; it counts from the folder of `syncline.yaml`.',
  },
  unknown_environment: {
    kind: 'config',
    summary: 'The chosen environment is not declared in `syncline.yaml`.',
    remedy: 'Choose a declared environment, or declare it under `environments`.',
  },
  connection: {
    kind: 'config',
    summary: 'A sync names a connection that is not there, has problems or is of the wrong kind.',
    remedy: 'Name a connection of `syncline.yaml` that fits.',
  },
  model: {
    kind: 'config',
    summary: "A sync's model can not be found.",
    remedy: 'Correct the name of the model.',
  },
  mode: {
    kind: 'config',
    summary: 'The combination of `mode` and `removed_rows` makes no sense.',
    remedy: 'Choose an allowed combination; the reference page has the table.',
  },
  duplicate_field: {
    kind: 'config',
    summary: 'One sync writes the same CRM field twice, or names one object in two ways.',
    remedy: 'Keep one of the two mappings, or one of the two names.',
  },
  duplicate_object: {
    kind: 'config',
    summary: 'One sync names the same object twice.',
    remedy: 'Keep one of the two.',
  },
  tables: {
    kind: 'config',
    summary: 'Two tables of pulls would have the same name.',
    remedy: 'Write names under `to.tables` that differ, or another `to.schema`.',
  },
  sync_name: {
    kind: 'config',
    summary: "A file's path can not be the name of a sync, or two files have the same name.",
    remedy: 'Rename the file: letters, digits, `_` and `-`, with folders where you like.',
  },
  after: {
    kind: 'config',
    summary: '`after` names a sync that is not there, or closes a circle.',
    remedy: 'Name existing syncs, without a circle.',
  },
  shared: {
    kind: 'config',
    summary: 'Two syncs write the same field, or delete from the same object.',
    remedy: 'Leave it to one of them, or say `shared: true` in both.',
  },
  renamed_from: {
    kind: 'config',
    summary: '`renamed_from` names a sync that still exists, or that two syncs claim.',
    remedy: 'Name the former name of this sync, once.',
  },
})
