import type { z } from 'zod';
import { type ComponentRegistry, createComponents, createRegistry } from 'zod-openapi/api';
import { refusalBody } from '../schema/refusal.ts';
import { clientEvents, handshake, serverEvents } from '../socket/events.ts';
import { edgeNames } from './edge-names.ts';
import type { ReferenceOptions } from './open-api-document.ts';
import './refusal-schemas.ts';
import { representMessages } from './represent.ts';

interface Reference {
  readonly $ref: string;
}

interface Message {
  readonly name: string;
  readonly summary: string;
  readonly contentType: typeof edgeNames.msgpack;
  /** A JSON schema. */
  readonly payload: unknown;
}

interface Operation {
  /** As the server sees it. */
  readonly action: 'receive' | 'send';
  readonly channel: Reference;
  readonly summary: string;
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
}

export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: object;
  readonly defaultContentType: string;
  readonly servers: Readonly<Record<string, object>>;
  readonly channels: {
    readonly socket: {
      readonly address: string;
      readonly description: string;
      readonly messages: Readonly<Record<string, Reference>>;
    };
  };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: object;
  };
}

const description = `Socket.io 4 (Engine.IO 4) over WebSocket, with a parser of its own: one binary message is one packet, a MessagePack
array \`[type, data, id, namespace]\` without extensions, trailing nils left out. Types: 0 connect, 1 disconnect, 2 event, 3 acknowledgement,
4 connect error. Bytes are MessagePack binaries.

A client connects with the \`handshake\` as its connect data and is told \`hello\`, or refused by a connect error whose data is the refusal.
What a client sends is acknowledged with \`{"ok": true, "value": …}\` or \`{"ok": false, "error": {"code": …}}\`. Everything that the server
sends is a hint: what is lost is seen by its numbers and pulled over HTTP.`;

const channel: Reference = { $ref: '#/channels/socket' };
const inChannel = (key: string): Reference => ({ $ref: `#/channels/socket/messages/${key}` });

/** Gathers messages, whose schemas are complete once `createComponents` ran. */
class Messages {
  readonly all: Record<string, Message> = {};
  readonly registry: ComponentRegistry = createRegistry();

  add(
    key: string,
    name: string,
    summary: string,
    schema: z.ZodType,
    io: 'input' | 'output',
  ): Reference {
    const payload = this.registry.addSchema(schema, ['messages', key], {
      io,
      source: { type: 'mediaType' },
    });
    this.all[key] = { name, summary, contentType: edgeNames.msgpack, payload };
    return inChannel(key);
  }
}

function operations(messages: Messages): Record<string, Operation> {
  const all: Record<string, Operation> = {};
  const greeting = messages.add(
    'server_hello',
    'hello',
    serverEvents.hello.summary,
    serverEvents.hello.payload,
    'output',
  );
  const refused = messages.add(
    'server_refused',
    'connect_error',
    'The handshake is turned down',
    refusalBody,
    'output',
  );
  all['connect'] = {
    action: 'receive',
    channel,
    summary: 'Connect',
    messages: [
      messages.add(
        'client_handshake',
        'connect',
        'What a client presents when it connects',
        handshake,
        'input',
      ),
    ],
    reply: { channel, messages: [greeting, refused] },
  };
  for (const [name, { summary, payload, answer }] of Object.entries(clientEvents)) {
    all[`client_${name}`] = {
      action: 'receive',
      channel,
      summary,
      messages: [messages.add(`client_${name}`, name, summary, payload, 'input')],
      reply: {
        channel,
        messages: [
          messages.add(`client_${name}_answer`, name, `The answer to ${name}`, answer, 'output'),
        ],
      },
    };
  }
  for (const [name, { summary, payload }] of Object.entries(serverEvents)) {
    const message =
      name === 'hello'
        ? greeting
        : messages.add(`server_${name}`, name, summary, payload, 'output');
    all[`server_${name}`] = { action: 'send', channel, summary, messages: [message] };
  }
  return all;
}

/** The events of the socket as AsyncAPI 3, made from the tables that server and client use. */
export function asyncApiDocument(options: ReferenceOptions): AsyncApiDocument {
  const { protocol, host } = new URL(options.publicUrl);
  const messages = new Messages();
  const named = operations(messages);
  const components = createComponents(messages.registry, { override: representMessages }, '3.1.1');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Sealpost',
      version: options.version,
      description,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: edgeNames.msgpack,
    servers: { sealpost: { host, protocol: protocol === 'https:' ? 'wss' : 'ws' } },
    channels: {
      socket: {
        address: '/socket.io/',
        description: 'One connection per device; a newer one closes the older.',
        messages: Object.fromEntries(
          Object.keys(messages.all).map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
      },
    },
    operations: named,
    components: { messages: messages.all, schemas: components.schemas ?? {} },
  };
}
