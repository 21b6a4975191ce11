export type { ContractState, ContractWait } from './contract-state.js'
export { waitText } from './wait-text.js'
export type { WaitingStep } from './waiting-step.js'
