/** By this suite the SDK knows the engine that encrypts nothing, and refuses it outside of tests. */
export const PLAINTEXT_SUITE = 'plaintext-test';
