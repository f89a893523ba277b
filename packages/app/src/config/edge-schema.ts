import { z } from 'zod';

const MiB = 1024 * 1024;
const second = 1_000;

const isOrigin = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text;

const isBareUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + search + hash === '';
};

const number = (
  initially: number,
  [minimum, maximum]: readonly [number, number],
  description: string,
) => z.int().min(minimum).max(maximum).default(initially).meta({ description });

/** Where clients reach the server. */
export const address = {
  host: z.string().min(1).default('127.0.0.1').meta({
    description: 'Address that the server listens on. 0.0.0.0 is all of the machine.',
    allowed: 'an IP address or a host name',
  }),
  port: number(8470, [0, 65_535], 'TCP port that the server listens on; 0 takes any free one.'),
  publicUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/)
    .refine(isBareUrl)
    .nullable()
    .default(null)
    .meta({
      description:
        'Address by which clients reach the server when a proxy stands before it. With https, cookies are for https only.',
      allowed: 'a URL http:// or https:// without user, query and fragment',
    }),
  allowedOrigins: z
    .array(
      z
        .string()
        .regex(/^https?:\/\/[^\s/?#@]+$/)
        .refine(isOrigin),
    )
    .default([])
    .meta({
      description: 'Origins of web pages that may use this server, beside its own.',
      allowed: 'a list of origins such as https://chat.example.org, without a path',
    }),
};

/** Bounds of the HTTP transport. */
export const http = z
  .strictObject({
    trustedProxies: number(
      0,
      [0, 10],
      'Proxies before the server whose x-forwarded-for is believed, for sockets too.',
    ),
    maxInFlight: number(
      512,
      [1, 100_000],
      'Calls that are worked on at once; more are refused for the moment.',
    ),
    maxBodyBytesInFlight: number(
      128 * MiB,
      [4 * MiB, 16_384 * MiB],
      'Bytes of request bodies that are held at once; more are refused for the moment.',
    ),
    callTimeoutMs: number(60 * second, [second, 600 * second], 'A call that takes longer is cut.'),
  })
  .prefault({});

/** Bounds of the socket transport. */
export const sockets = z
  .strictObject({
    maxConnections: number(
      20_000,
      [1, 1_000_000],
      'Connected devices; more are refused for the moment.',
    ),
    maxConnectionsPerNetwork: number(
      5_000,
      [1, 1_000_000],
      'Connections from one address, or one IPv6 network of 64 bits; more are refused for the moment.',
    ),
    eventBurst: number(
      200,
      [1, 100_000],
      'Events that a device may send at once; more are refused.',
    ),
    eventsPerSecond: number(
      50,
      [1, 100_000],
      'Events that a device may send each second for good.',
    ),
    sendBufferBytes: number(
      1 * MiB,
      [64 * 1024, 1_024 * MiB],
      'What may wait to be sent to a device; one that reads too slowly is disconnected.',
    ),
  })
  .prefault({});

/** What protects browsers that are logged in by cookies. */
export const cookies = z
  .strictObject({
    secret: z
      .string()
      .min(32)
      .nullable()
      .default(null)
      .meta({
        description:
          'Secret that protects cookies, the same in every process of a deployment. Without one it is made at the first ' +
          'start and kept in the data folder; storage.kind postgres needs it given.',
        allowed: 'at least 32 random characters',
        secret: true,
      }),
  })
  .prefault({});
