export { gateBefore, type Gate, type GateOptions } from './gate.js'
export { peer, type Peer, type PeerAnswer, type PeerOptions } from './peer.js'
export { unreadablePeer } from './refusals.js'
