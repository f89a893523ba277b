import fc from 'fast-check';

/** A value that no honest encoder writes. It has its own bytes in each form of the wire. */
export class Odd {
  readonly #name: string;
  readonly msgpack: () => Uint8Array;
  readonly json: () => Uint8Array;

  constructor(name: string, msgpack: () => Uint8Array, json: () => Uint8Array) {
    this.#name = name;
    this.msgpack = msgpack;
    this.json = json;
  }

  toString(): string {
    return `‹${this.#name}›`;
  }

  [fc.toStringMethod](): string {
    return this.toString();
  }
}

/** Something that only the world knows in which a case runs: an id that exists there, a request that it would take. */
export class Named {
  readonly name: string;
  /** Fields that are of its kind, by their names. */
  readonly fields: RegExp;
  /** Something of its form: a schema that does not take it takes nothing of its kind. */
  readonly like: unknown;

  constructor(name: string, fields: RegExp, like: unknown) {
    this.name = name;
    this.fields = fields;
    this.like = like;
  }

  [fc.toStringMethod](): string {
    return `‹${this.name}›`;
  }
}
