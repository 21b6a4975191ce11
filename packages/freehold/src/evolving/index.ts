export { evolve } from './evolve.js'
export type { Evolution, EvolutionPath, PathContext, PathStep } from './evolution.js'
export { parseEvolution, type EvolutionFlags } from './parse-evolution.js'
export { stepText, versionsOf, writePath } from './write-path.js'
