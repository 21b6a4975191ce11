export { feedRoutes, type FeedOptions } from './feed-routes.js'
export { publisherKeys, type PublisherKeys, type PublisherKeysOptions } from './client/publisher-keys.js'
export { feedTransport, type FeedTransportOptions } from './feed-transport.js'
