export { SystemClock } from './system-clock.ts';
export { SystemDigest } from './system-digest.ts';
export { SystemRandom } from './system-random.ts';
export { SystemSignatureVerifier } from './system-signature-verifier.ts';
export { SystemTimers } from './system-timers.ts';
export { SystemTurn } from './system-turn.ts';
