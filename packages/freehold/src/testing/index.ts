export { identitiesFor, type TestIdentities } from './identities-for.js'
export {
  systemTemplates,
  type SystemTemplates,
  type SystemTemplatesOptions,
  type TestSystem,
} from './system-templates.js'
