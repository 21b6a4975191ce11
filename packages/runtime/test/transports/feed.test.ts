import { transportConformance } from './conformance.js'
import { FeedStage } from './feed-stage.js'

transportConformance('feed', () => FeedStage.open())
