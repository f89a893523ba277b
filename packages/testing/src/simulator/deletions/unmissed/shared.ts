import type { Unmissed } from './unmissed.ts';

export const sharedUnmissed: Readonly<Record<string, Unmissed>> = {
  'shared/adapter-failure.ts': {
    counts: ["this.name = 'AdapterFailure';"],
    elsewhere: ['static [Symbol.hasInstance](thrown: unknown): boolean { and 2 more'],
  },
  'shared/assert.ts': {
    counts: ['constructor(invariant: string) { and 3 more', "this.name = 'InvariantBroken';"],
    elsewhere: ['if (!holds) throw new InvariantBroken(invariant);'],
  },
  'shared/bytes.ts': {
    elsewhere: [
      'else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 63));',
      'else if (point < 0x10000) and 1 more',
      'else',
      'else and 6 more',
      '0xf0 | (point >> 18),',
      '0x80 | ((point >> 12) & 63),',
      '0x80 | ((point >> 6) & 63),',
      '0x80 | (point & 63),',
    ],
  },
  'shared/recent.ts': {
    saves: ['if (older !== undefined) this.set(key, older);', 'return older;'],
    bounds: [
      'this.#before.delete(key);',
      'if (this.#lately.size >= this.#half && !this.#lately.has(key)) { and 3 more',
      'this.#before = this.#lately;',
      'this.#lately = new Map();',
      'this.#before.clear();',
    ],
    race: ['get size(): number { and 2 more', 'this.#before.delete(key); (2)'],
    elsewhere: ['clear(): void { and 3 more', 'this.#lately.clear();'],
  },
  'shared/rounds.ts': {
    saves: [
      'this.#turning = true;',
      'if (this.#waiting.length < most) await this.#options.pause?.();',
    ],
  },
};
