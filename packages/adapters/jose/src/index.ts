export { JoseAccessTokens } from './jose-access-tokens.ts';
export type { KeyRingParts as JoseAccessTokensParts } from './key-ring.ts';
