export { feedRoutes, type FeedOptions } from './feed-routes.js'
export { feedTransport, type FeedTransportOptions } from './feed-transport.js'
