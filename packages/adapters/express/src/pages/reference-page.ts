import {
  type Call,
  type CallName,
  calls,
  clientEvents,
  type RefusalCode,
  serverEvents,
  statusOf,
} from '@sealpost/protocol';
import {
  type AsyncApiDocument,
  type OpenApiDocument,
  refusalMeanings,
  refusalsOf,
  takesBody,
} from '@sealpost/protocol/reference';
import { Html, markup, prose } from './html.ts';
import { referenceStyle } from './reference-style.ts';
import { type JsonSchema, schemaType } from './schema-type.ts';

interface Documents {
  readonly openApi: OpenApiDocument;
  readonly asyncApi: AsyncApiDocument;
}

const callNames = Object.keys(calls) as CallName[];

const access = {
  anybody: 'open to anybody',
  session: 'needs a log-in',
  certified: 'needs a certified device',
} as const;

const labelled = (label: string, schema: JsonSchema | undefined): Html =>
  schema
    ? markup`<p><small>${label}</small></p>
        <pre>${schemaType(schema)}</pre>`
    : markup``;

const refusalLink = (code: RefusalCode): Html => markup`<a href="#refusal-${code}">${code}</a> `;

/** What the OpenAPI document says of a call, in the parts that its type keeps open. */
interface Operation {
  readonly parameters?: readonly {
    readonly in?: string;
    readonly name?: string;
    readonly required?: boolean;
    readonly schema?: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
  };
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> }
    >
  >;
}

function operationOf({ path, method }: Call, { openApi }: Documents): Operation | undefined {
  const item = openApi.paths?.[path.replaceAll(/:(\w+)/g, '{$1}')] as
    | Readonly<Record<string, Operation>>
    | undefined;
  return item?.[method.toLowerCase()];
}

const schemaIn = (
  content: Readonly<Record<string, { readonly schema?: JsonSchema }>> | undefined,
): JsonSchema | undefined => Object.values(content ?? {})[0]?.schema;

function queryOf(operation: Operation | undefined): JsonSchema | undefined {
  const query = operation?.parameters?.filter((parameter) => parameter.in === 'query') ?? [];
  if (query.length === 0) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(query.map(({ name = '', schema = {} }) => [name, schema])),
    required: query.filter(({ required }) => required).map(({ name = '' }) => name),
  };
}

function callEntry(name: CallName, documents: Documents): Html {
  const call: Call = calls[name];
  const operation = operationOf(call, documents);
  return markup`<article id="call-${name}">
    <h3>${name}</h3>
    <p class="path">${call.method} ${call.path}</p>
    <p>
      ${call.summary}
      <small>(${access[call.access]}${takesBody(call) ? `, body up to ${call.bodyLimit} bytes` : ''})</small>
    </p>
    ${labelled('query', queryOf(operation))}${labelled('body', schemaIn(operation?.requestBody?.content))}
    ${labelled('answer', schemaIn(operation?.responses['200']?.content))}
    <p><small>refusals</small> ${refusalsOf(call).map(refusalLink)}</p>
  </article> `;
}

function eventEntry(
  side: 'client' | 'server',
  name: string,
  summary: string,
  { asyncApi }: Documents,
): Html {
  const payloadOf = (key: string): JsonSchema | undefined =>
    asyncApi.components.messages[key]?.payload as JsonSchema | undefined;
  return markup`<article id="${side}-${name}">
    <h3>${name}</h3>
    <p>${summary}</p>
    ${labelled('payload', payloadOf(`${side}_${name}`))}${labelled('answer', payloadOf(`${side}_${name}_answer`))}
  </article> `;
}

const events = (
  side: 'client' | 'server',
  table: Readonly<Record<string, { readonly summary: string }>>,
  documents: Documents,
): Html[] =>
  Object.entries(table).map(([name, { summary }]) => eventEntry(side, name, summary, documents));

const schemasOf = ({ openApi, asyncApi }: Documents) =>
  ({ ...asyncApi.components.schemas, ...openApi.components?.schemas }) as Readonly<
    Record<string, JsonSchema>
  >;

function refusalEntries(documents: Documents): Html[] {
  const schemas = Object.values(schemasOf(documents));
  return (Object.keys(statusOf) as RefusalCode[]).map((code) => {
    const schema = schemas.find(({ properties }) => properties?.['code']?.const === code);
    return markup`<article id="refusal-${code}">
    <h3>${code} <small>${statusOf[code]}</small></h3>
    <p>${prose(refusalMeanings[code])}</p>
    ${labelled('fields', schema)}
  </article> `;
  });
}

const schemaEntries = (documents: Documents): Html[] =>
  Object.entries(schemasOf(documents))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([name, schema]) =>
        markup`<article id="schema-${name}">
        <h3>${name}</h3>
        <pre>${schemaType(schema)}</pre>
      </article> `,
    );

const sections = {
  calls: 'Calls',
  sent: 'Events that a client sends',
  received: 'Events that the server sends',
  refusals: 'Refusals',
  schemas: 'Schemas',
} as const;

const heading = (section: keyof typeof sections): Html =>
  markup`<h2 id="${section}">${sections[section]}</h2>`;

/** The calls, events, refusals and schemas of the protocol as one page that needs nothing else. */
export function referencePage(documents: Documents): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Sealpost: the protocol</title>
        <style>${new Html(referenceStyle)}</style>
      </head>
      <body>
        <h1>Sealpost: the protocol</h1>
        <p>
          Also for machines: <a href="openapi.json">openapi.json</a>,
          <a href="asyncapi.json">asyncapi.json</a>.
        </p>
        <p>${Object.entries(sections).map(([id, title]) => markup`<a href="#${id}">${title}</a> `)}</p>
        <nav>${callNames.map((name) => markup`<a href="#call-${name}">${name}</a>`)}</nav>
        ${heading('calls')}
        ${(documents.openApi.info.description ?? '').split('\n\n').map((paragraph) => markup`<p>${prose(paragraph)}</p>`)}
        ${callNames.map((name) => callEntry(name, documents))}
        ${heading('sent')}
        <article id="client-handshake">
          <h3>connect</h3>
          <p>What a client presents when it connects.</p>
          ${labelled('handshake', documents.asyncApi.components.messages['client_handshake']?.payload as JsonSchema | undefined)}
        </article>
        ${events('client', clientEvents, documents)}
        ${heading('received')}
        ${events('server', serverEvents, documents)}
        ${heading('refusals')}
        ${refusalEntries(documents)}
        ${heading('schemas')}
        ${schemaEntries(documents)}
      </body>
    </html> `.text;
}
