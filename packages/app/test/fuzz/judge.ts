import {
  type Call,
  type CallName,
  calls,
  clientEvents,
  decodeMsgpack,
  refusal,
  refusalBody,
  type RefusalCode,
  statusOf,
} from '@sealpost/protocol';
import { refusalsOf } from '@sealpost/protocol/reference';
import type { Reply } from './http.ts';

/** What is wrong: a fault of the server, or a change of what is another account’s. */
export class Finding extends Error {
  readonly kind: 'fault' | 'foreign';
  /** The step at which it showed; null: at the end. */
  readonly step: number | null = null;

  constructor(message: string, kind: 'fault' | 'foreign' = 'fault') {
    super(message);
    this.kind = kind;
  }
}

export type Verdict = 'done' | RefusalCode;

const typed = (of: RefusalCode, where: string): RefusalCode => {
  if (of === 'internal') throw new Finding(`${where}: internal`);
  return of;
};

/** What Node says of itself to what is no HTTP, or too long to be read. */
const isOfNode = ({ status, type, body }: Reply): boolean =>
  type === '' && body.length === 0 && [400, 408, 413, 417, 431].includes(status);

function valueOf({ type, body }: Reply): unknown {
  if (type === 'application/msgpack') return decodeMsgpack(body);
  if (type === 'application/json') return JSON.parse(body.toString('utf8'));
  throw new Finding(`answered in the form ${type}`);
}

/** Whether the answer is one that the call's schema or its list of refusals allows. */
export function judgeCall(name: CallName, reply: Reply): Verdict {
  if (isOfNode(reply)) return 'invalid_request';
  const call: Call = calls[name];
  const { status } = reply;
  const value = valueOf(reply);
  if (status === 200) {
    const read = call.answer.safeParse(value);
    if (!read.success) throw new Finding(`${name}: its answer is not what it says`);
    return 'done';
  }
  const read = refusalBody.safeParse(value);
  if (!read.success) throw new Finding(`${name}: ${status} without a refusal of the protocol`);
  const { code } = read.data.error;
  if (statusOf[code] !== status) throw new Finding(`${name}: ${code} with status ${status}`);
  const allowed: readonly RefusalCode[] = [...refusalsOf(call), 'unknown_call', 'invalid_request'];
  if (!allowed.includes(code))
    throw new Finding(`${name}: refused ${code}, which it does not name`);
  return typed(code, name);
}

export function judgeEvent(name: string, answer: unknown): Verdict {
  const schema = Object.hasOwn(clientEvents, name)
    ? clientEvents[name as keyof typeof clientEvents].answer
    : clientEvents.typing.answer;
  const read = schema.safeParse(answer);
  if (!read.success) throw new Finding(`${name}: its answer is not what it says`);
  return read.data.ok ? 'done' : typed(read.data.error.code, name);
}

/** A handshake is answered by a session of Socket.io, or refused by a refusal of the protocol. */
export function judgeHandshake(answer: unknown): Verdict {
  const { sid, data } = answer as { sid?: unknown; data?: { error?: unknown } };
  if (typeof sid === 'string') return 'done';
  const read = refusal.safeParse(data?.error);
  if (!read.success) throw new Finding('a handshake was refused without a refusal of the protocol');
  return typed(read.data.code, 'handshake');
}

/** Every status in what came back on a connection; what is no HTTP gets none of the server’s faults. */
export function judgeWire(came: Buffer): Verdict {
  const statuses = [...came.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, of]) =>
    Number(of),
  );
  const fault = statuses.find((status) => status >= 500);
  if (fault !== undefined) throw new Finding(`raw HTTP: ${fault}`);
  return 'invalid_request';
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const clean = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);

/** Whether something reached the prototypes that all objects share; what did is taken out again. */
export function judgePrototypes(): void {
  const grown = prototypes.filter((one, at) => Reflect.ownKeys(one).length !== clean[at]);
  if (grown.length === 0) return;
  grown.forEach((prototype) => {
    const own = Reflect.ownKeys(prototype).slice(clean[prototypes.indexOf(prototype)]);
    for (const key of own) Reflect.deleteProperty(prototype, key);
  });
  throw new Finding('the prototypes of all objects were changed');
}
