/** Values that somebody hostile sends, made from any schema. */
export { junk, mark, oddValues } from './junk.ts';
export { Named, Odd } from './odd.ts';
export { rawJson } from './raw-json.ts';
export { rawMsgpack } from './raw-msgpack.ts';
export { resolved, type Twist, twisted, twists } from './twists.ts';
export { Values } from './values.ts';
