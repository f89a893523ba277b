import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/schema.ts';

/** By it a doctor shows a server, and the server the doctor, that both have the deployment's secret. */
export class Proof {
  readonly #key: Uint8Array;

  /** @param secret that of cookies, which every process of a deployment has and nobody else. */
  constructor(secret: Uint8Array) {
    this.#key = new Uint8Array(
      hkdfSync('sha256', secret, new Uint8Array(), 'sealpost/doctor/1', 32),
    );
  }

  of(what: 'question' | 'answer' | 'configuration', text: string): string {
    return createHmac('sha256', this.#key).update(`${what} ${text}`).digest('hex');
  }

  holds(what: 'question' | 'answer', text: string, proof: string): boolean {
    const [own, given] = [Buffer.from(this.of(what, text)), Buffer.from(proof)];
    return own.length === given.length && timingSafeEqual(own, given);
  }

  /** Tells whether two processes have the same settings but for the port, and nothing else of them. */
  ofConfig(config: Config): string {
    return this.of('configuration', JSON.stringify({ ...config, port: 0 }));
  }
}
