export { connectMongo, type MongoHistory } from './connect-mongo.ts';
export type { MongoOptions } from './options.ts';
export { everyValue } from './every-value.ts';
