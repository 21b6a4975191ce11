export { feedRoutes, type FeedOptions } from './feed-routes.js'
