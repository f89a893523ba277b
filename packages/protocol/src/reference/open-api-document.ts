import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import type { Call } from '../http/call.ts';
import { type CallName, calls } from '../http/calls.ts';
import { type RefusalCode, statusOf } from '../schema/refusal.ts';
import { protocolVersion } from '../socket/events.ts';
import { edgeNames } from './edge-names.ts';
import { refusalMeanings } from './refusal-meanings.ts';
import { refusalBodyOf } from './refusal-schemas.ts';
import { refusalsOf, takesBody } from './refusals-of.ts';
import { represent } from './represent.ts';

export interface ReferenceOptions {
  /** Of the server that serves the document. */
  readonly version: string;
  /** Where clients reach the server, e.g. `https://chat.example.org`. */
  readonly publicUrl: string;
}

export type OpenApiDocument = ReturnType<typeof createDocument>;

const description = `Bodies are MessagePack or JSON, whichever the \`content-type\` says; answers are what \`accept\` asks for, JSON
if it asks for neither. Bytes are binary values in MessagePack and base64url text without padding in JSON.

Every answer but the asked-for one is \`{"error": {"code": …}}\`: the code says what happened, the other fields what heals it.
Where an answer has \`retryAfterMs\`, its \`retry-after\` header says the same in seconds.`;

const accessText = {
  anybody: 'Open to anybody.',
  session: 'For devices that are logged in, pending ones included.',
  certified: 'For certified devices.',
} as const;

const inBoth = (schema: z.ZodType) => ({
  [edgeNames.msgpack]: { schema },
  [edgeNames.json]: { schema },
});

const tagOf = ({ path }: Call): string => path.split('/')[2] ?? '';

const refusalResponse = (codes: readonly RefusalCode[]): ZodOpenApiResponseObject => ({
  description: codes.map((code) => `- \`${code}\`: ${refusalMeanings[code]}`).join('\n'),
  content: inBoth(refusalBodyOf(codes)),
});

/** What stands alone under its status is written once, and shared by all calls. */
const loneResponses = new Map(
  (Object.keys(statusOf) as RefusalCode[]).map((code) => [
    code,
    { id: code, ...refusalResponse([code]) },
  ]),
);

function refusalResponses(call: Call): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(refusalsOf(call), (code) => statusOf[code]);
  const responses = [...byStatus].map(([status, codes]) => {
    const [first] = codes;
    const lone = codes.length === 1 && first ? loneResponses.get(first) : undefined;
    return [String(status), lone ?? refusalResponse(codes)] as const;
  });
  return Object.fromEntries(responses);
}

const version = z.int().min(protocolVersion.lowest).max(protocolVersion.highest);
const protocolParameter = version.optional().meta({
  param: { id: 'protocol', in: 'header', name: edgeNames.protocolHeader },
  description: 'The version of the protocol; absent: the highest.',
});
const cookiesParameter = z
  .literal('1')
  .optional()
  .meta({
    param: { id: 'cookies', in: 'header', name: edgeNames.cookiesHeader },
    description: 'Sets the tokens as cookies and leaves them out of the body.',
  });

function securityOf(call: Call): NonNullable<ZodOpenApiOperationObject['security']> {
  if (call.access === 'anybody') return [];
  return [{ bearer: [] }, call.method === 'GET' ? { cookie: [] } : { cookie: [], csrf: [] }];
}

function operationOf(name: CallName, call: Call): ZodOpenApiOperationObject {
  const setsCookies =
    'accessToken' in (call.answer instanceof z.ZodObject ? call.answer.shape : {});
  return {
    operationId: name,
    tags: [tagOf(call)],
    summary: call.summary,
    description: accessText[call.access],
    security: securityOf(call),
    parameters: setsCookies ? [protocolParameter, cookiesParameter] : [protocolParameter],
    requestParams: { path: call.params, query: call.query },
    ...(takesBody(call)
      ? {
          requestBody: {
            required: true,
            content: inBoth(call.body),
            'x-body-limit-bytes': call.bodyLimit,
          },
        }
      : {}),
    responses: {
      '200': { description: 'Done.', content: inBoth(call.answer) },
      ...refusalResponses(call),
    },
  };
}

function paths(): NonNullable<ZodOpenApiObject['paths']> {
  const all: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const [name, call] of Object.entries(calls) as [CallName, Call][]) {
    const path = call.path.replaceAll(/:(\w+)/g, '{$1}');
    all[path] = { ...all[path], [call.method.toLowerCase()]: operationOf(name, call) };
  }
  return all;
}

/** The HTTP calls of the protocol as OpenAPI 3.1, made from the table that server and client use. */
export function openApiDocument(options: ReferenceOptions): OpenApiDocument {
  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'Sealpost',
      version: options.version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.publicUrl }],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The access token.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: edgeNames.accessCookie,
          description: 'For browsers.',
        },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: edgeNames.csrfHeader,
          description: 'Accompanies the cookie wherever something changes.',
        },
      },
    },
  };
  return createDocument(document, { override: represent });
}
