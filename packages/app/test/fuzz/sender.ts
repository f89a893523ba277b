import { type CallName, decodeMsgpack, encodeMsgpack } from '@sealpost/protocol';
import { type Named, resolved, type Twist, twisted } from '@sealpost/testing/hostile';
import { suite } from '../support/people.ts';
import { aCommand } from './cast.ts';
import { type Deeds, fieldOf, noDeeds } from './foreign.ts';
import { Http, type Prepared, type Reply } from './http.ts';
import {
  Finding,
  judgeCall,
  judgeEvent,
  judgeHandshake,
  judgeWire,
  type Verdict,
} from './judge.ts';
import type { Credential } from './names.ts';
import { prepared } from './prepare.ts';
import { FuzzSocket, type Outcome } from './socket.ts';
import type { AgainStep, CallStep, EventStep, FramesStep, OneStep } from './steps.ts';
import type { World } from './world.ts';

/** Where an append would go, and under which client id, as far as a request says so. */
interface Aim {
  readonly conversation: string | null;
  readonly clientId: string | null;
}

type Sent = { readonly by: Credential; readonly aim: Aim } & (
  | { readonly kind: 'call'; readonly name: CallName; readonly request: Prepared }
  | { readonly kind: 'event'; readonly name: string; readonly frame: Uint8Array }
);

/** Sends the cases of one world, judges what comes back, and remembers what it may have changed. */
export class Sender {
  readonly #world: World;
  readonly #http: Http;
  readonly #sockets = new Map<Credential, Promise<FuzzSocket>>();
  readonly #sent: Sent[] = [];
  readonly #watch = (frame: Buffer): void => {
    this.#leaked ||= this.#isSecretIn(frame);
  };
  #leaked = false;
  readonly deeds: Deeds = noDeeds();

  constructor(world: World) {
    this.#world = world;
    this.#http = new Http(world.subject.port);
  }

  /** Rejects with a `Finding` when the answer is none that the protocol allows. */
  send(step: OneStep): Promise<Verdict> {
    switch (step.kind) {
      case 'call':
        return this.#call(step);
      case 'event':
        return this.#event(step);
      case 'frames':
        return this.#frames(step);
      case 'wire':
        return this.#wire(step.bytes);
      case 'again':
        return this.#again(step);
      default:
        return step satisfies never;
    }
  }

  async #call(step: CallStep): Promise<Verdict> {
    const input = await this.#made(step.input, step.twists, step.by);
    const headers = await this.#world.headersOf(step.by);
    const request = prepared(step, input, { 'x-forwarded-for': this.#world.address, ...headers });
    const { body } = (input ?? {}) as { body?: unknown };
    const aim = {
      conversation: conversationIn(request.path),
      clientId: fieldOf(body, 'clientId'),
    };
    return this.#ask({ kind: 'call', name: step.name, by: step.by, request, aim });
  }

  async #ask(sent: Sent & { kind: 'call' }): Promise<Verdict> {
    this.#sent.push(sent);
    this.#noteAim(sent);
    const reply = await this.#http.send(sent.request).catch((error: unknown) => {
      throw new Finding(`${sent.name}: no answer (${error instanceof Error ? error.message : ''})`);
    });
    this.#secret(reply.body, sent.name);
    const verdict = judgeCall(sent.name, reply);
    if (verdict === 'done' && sent.name === 'claimBundles') this.#noteClaims(reply);
    return verdict;
  }

  async #event(step: EventStep): Promise<Verdict> {
    const payload = await this.#made(step.payload, step.twists, step.by);
    const socket = await this.#socketOf(step.by);
    const more = await this.#made(step.more, [], step.by);
    const frame = socket.frameOf(step.name, [payload, ...(more as unknown[])], step.answered);
    const aim = {
      conversation: fieldOf(payload, 'conversation'),
      clientId: fieldOf(payload, 'clientId'),
    };
    const sent: Sent = { kind: 'event', name: step.name, by: step.by, frame, aim };
    this.#sent.push(sent);
    this.#noteAim(sent);
    if (step.answered) return this.#outcome(step.name, await socket.ask(frame));
    socket.send(frame);
    return this.#outcome('typing', await socket.settled());
  }

  async #frames({ by, before, handshake, after }: FramesStep): Promise<Verdict> {
    const socket = await FuzzSocket.open(this.#world.subject.port, this.#watch);
    try {
      for (const frame of before) socket.send(await this.#made(frame, [], by));
      const accessToken = this.#world.accessTokenOf(by);
      const presented = handshake ?? { protocol: 1, accessToken, suites: [suite] };
      const outcome = await socket.connect(await this.#made(presented, [], by));
      if ('closed' in outcome) return 'invalid_request';
      const verdict = judgeHandshake(outcome.answer);
      for (const frame of after) socket.send(await this.#made(frame, [], by));
      if (verdict === 'done') this.#outcome('typing', await socket.settled());
      return verdict;
    } finally {
      await socket.close();
    }
  }

  async #wire(text: string): Promise<Verdict> {
    const came = await this.#http.raw(Buffer.from(text, 'latin1'));
    this.#secret(came, 'raw HTTP');
    return judgeWire(came);
  }

  async #again({ which, by }: AgainStep): Promise<Verdict> {
    const sent = this.#sent[which % Math.max(1, this.#sent.length)];
    if (!sent) return 'invalid_request';
    if (sent.kind === 'event') {
      const socket = await this.#socketOf(sent.by);
      socket.send(sent.frame);
      return this.#outcome('typing', await socket.settled());
    }
    if (by === null) return this.#ask(sent);
    const { authorization: _old, cookie: _cookie, ...headers } = sent.request.headers;
    const request = {
      ...sent.request,
      headers: { ...headers, ...(await this.#world.headersOf(by)) },
    };
    return this.#ask({ ...sent, by, request });
  }

  async #made(value: unknown, twists: readonly Twist[], by: Credential): Promise<unknown> {
    const mean = (name: Named): unknown => this.#world.meaning(name, by);
    let made = await resolved(value, mean);
    for (const twist of twists)
      made = twisted(made, { ...twist, by: await resolved(twist.by, mean) });
    return made;
  }

  /** A connection that was closed for what came by it is replaced by the next one that needs it. */
  async #socketOf(by: Credential): Promise<FuzzSocket> {
    const known = this.#sockets.get(by);
    if (known && (await known).open) return known;
    const { subject } = this.#world;
    const token = this.#world.accessTokenOf(by);
    const made = FuzzSocket.connected(subject.port, token, [suite], this.#watch);
    this.#sockets.set(by, made);
    return made;
  }

  #outcome(name: string, outcome: Outcome): Verdict {
    if (this.#leaked) throw new Finding('a frame: told what only others may read');
    return 'closed' in outcome ? 'invalid_request' : judgeEvent(name, outcome.answer);
  }

  /** Who sends what under which client id, whether it is taken or not. */
  #noteAim({ by, aim: { conversation, clientId } }: Sent): void {
    if (conversation === null) return;
    this.deeds.appendedTo.add(conversation);
    if (clientId === null) return;
    const key = `${conversation} ${clientId}`;
    const devices = this.deeds.sent.get(key) ?? new Set<string>();
    this.deeds.sent.set(key, devices.add(this.#world.deviceOf(by)?.device ?? ''));
  }

  #noteClaims({ type, body }: Reply): void {
    const value = type.endsWith('msgpack') ? decodeMsgpack(body) : JSON.parse(body.toString());
    const { bundles } = value as { bundles: readonly { ref: string }[] };
    this.deeds.claimed.push(...bundles.map(({ ref }) => ref));
  }

  /** Nothing that came back may hold what only Alice and Bob may read. */
  #secret(came: Buffer, where: string): void {
    if (this.#isSecretIn(came)) throw new Finding(`${where}: told what only others may read`);
  }

  #isSecretIn(came: Buffer): boolean {
    const secret = Buffer.from(this.#world.cast.secret);
    return came.includes(secret) || came.includes(secret.toString('base64url'));
  }

  /** Sends a message of one who is no part of any case. */
  async ofBystander(): Promise<Verdict> {
    const { conversations, devices } = this.#world.cast;
    const { ann1 } = devices;
    if (!ann1) throw new Error('the world has no Ann');
    const { sender: _sender, conversation: id, ...body } = aCommand(conversations.bystander, ann1);
    const reply = await this.#http.send({
      method: 'POST',
      path: `/v1/conversations/${id}/entries`,
      headers: {
        authorization: `Bearer ${ann1.accessToken}`,
        'content-type': 'application/msgpack',
      },
      body: encodeMsgpack(body),
    });
    return judgeCall('append', reply);
  }

  async close(): Promise<void> {
    for (const socket of await Promise.allSettled(this.#sockets.values()))
      if (socket.status === 'fulfilled') await socket.value.close();
    this.#http.close();
  }
}

/** What the server reads as the conversation, however the path was spoilt. */
const conversationIn = (path: string): string | null =>
  /^\/v1\/conversations\/([\w-]+)/.exec(path)?.[1] ?? null;
