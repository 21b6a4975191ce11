export {
  systemTemplates,
  type SystemTemplates,
  type SystemTemplatesOptions,
  type TestSystem,
} from './system-templates.js'
