export { withServiceSession, type ServiceSession, type ServiceSessionOptions } from './service-session.js'
