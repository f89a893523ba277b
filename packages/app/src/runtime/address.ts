import { assert } from '@sealpost/domain';
import type { Config } from '../config/schema.ts';
import { isLocalHost } from './local-host.ts';

/** Where the server is reached. Known in full only when it listens, since the port may be any free one. */
export class Address {
  readonly #config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>;
  #listening: URL | null = null;

  constructor(config: Pick<Config, 'host' | 'publicUrl' | 'allowedOrigins'>) {
    this.#config = config;
  }

  listensOn(url: string): void {
    this.#listening = new URL(url);
  }

  /** By which clients reach it. */
  get publicUrl(): string {
    return this.#config.publicUrl ?? this.#own.origin;
  }

  /** Origins of pages that may use the server, beside the public one. */
  get allowedOrigins(): readonly string[] {
    const { allowedOrigins, publicUrl, host } = this.#config;
    // On one's own machine both names are typed into browsers.
    const local =
      publicUrl === null && isLocalHost(host) ? [`http://localhost:${this.#own.port}`] : [];
    return [...new Set([new URL(this.publicUrl).origin, ...local, ...allowedOrigins])];
  }

  get #own(): URL {
    assert(this.#listening !== null, 'the server listens before its address is told');
    return this.#listening;
  }
}
