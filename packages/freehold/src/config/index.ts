export { findConfig } from './find-config.js'
export { loadSystem } from './load-system.js'
