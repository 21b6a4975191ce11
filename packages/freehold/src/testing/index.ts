export { identitiesFor, type TestIdentities } from './identities-for.js'
export {
  systemTemplates,
  type SystemTemplates,
  type SystemTemplatesOptions,
  type TestSystem,
} from './system-templates.js'
export {
  selfTest,
  throwawayServer,
  type Mutation,
  type MutationScore,
  type SelfTestOptions,
  type ThrowawayServer,
} from '../proving/index.js'
