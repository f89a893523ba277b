import { Validator } from '@seriousme/openapi-schema-validator';
import schema from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { Call } from '../http/call.ts';
import { type CallName, calls } from '../http/calls.ts';
import { statusOf } from '../schema/refusal.ts';
import { clientEvents, serverEvents } from '../socket/events.ts';
import { asyncApiDocument, openApiDocument, refusalMeanings, refusalsOf } from './index.ts';

const options = { version: '1.2.3', publicUrl: 'https://chat.example.org' };
const table = Object.entries(calls) as [CallName, Call][];

function operationOf({ path, method }: Call) {
  const item = openApiDocument(options).paths?.[path.replaceAll(/:(\w+)/g, '{$1}')];
  return item?.[method.toLowerCase() as 'get' | 'put' | 'post' | 'delete'];
}

/** Every `$ref` in a document. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

const resolve = (document: unknown, reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);

const dangling = (document: unknown): string[] =>
  references(document).filter((reference) => resolve(document, reference) === undefined);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument(options))) as Record<
      string,
      unknown
    >;
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it.each(table)('has the call %s with every status that its refusals have', (name, call) => {
    const operation = operationOf(call);
    const statuses = [200, ...refusalsOf(call).map((code) => statusOf[code])].map(String);
    expect(operation?.operationId).toBe(name);
    expect(Object.keys(operation?.responses ?? {}).sort()).toEqual([...new Set(statuses)].sort());
  });

  it('has no operation beside those of the table', () => {
    const items = Object.values(openApiDocument(options).paths ?? {});
    expect(items.flatMap((item) => Object.keys(item))).toHaveLength(table.length);
  });

  it('refers to nothing that it does not have', () => {
    const document = openApiDocument(options);
    expect(dangling(document)).toEqual([]);
  });

  it('says of bytes that they are base64url text, and of numbers in queries which ones', () => {
    const { schemas } = openApiDocument(options).components ?? {};
    expect(schemas?.['BundleCheck']).toMatchObject({
      properties: { digest: { type: 'string', contentEncoding: 'base64url' } },
    });
    expect(operationOf(calls.entries)?.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        schema: { default: 200, type: 'integer', minimum: 1, maximum: 1000 },
      }),
    );
  });

  it('leaves answers open for fields of later versions, and requests closed', () => {
    const { schemas } = openApiDocument(options).components ?? {};
    expect(schemas?.['Credentials']).not.toHaveProperty('additionalProperties');
    expect(schemas?.['Registration']).toHaveProperty('additionalProperties', false);
  });

  it('is the same whenever it is made', () => {
    expect(openApiDocument(options)).toEqual(openApiDocument(options));
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument(options);

  it('is valid AsyncAPI 3.0', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const valid = ajv.compile(schema);
    valid(JSON.parse(JSON.stringify(document)));
    expect(valid.errors).toBeNull();
  });

  it('has every event of both sides, and an answer for each of the client’s', () => {
    const expected = [
      ...Object.keys(clientEvents).flatMap((name) => [`client_${name}`, `client_${name}_answer`]),
      ...Object.keys(serverEvents).map((name) => `server_${name}`),
      'client_handshake',
      'server_refused',
    ];
    expect(Object.keys(document.components.messages).sort()).toEqual(expected.sort());
  });

  it('refers to nothing that it does not have', () => {
    expect(dangling(document)).toEqual([]);
  });
});

describe('refusals', () => {
  const component = (code: string): string =>
    `Refusal${code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
  const ofSocket = asyncApiDocument(options).components.schemas as Record<string, unknown>;
  const ofCalls = openApiDocument(options).components?.schemas ?? {};

  it.each(Object.entries(refusalMeanings))('%s is told with its meaning', (code, description) => {
    expect(ofSocket[component(code)]).toMatchObject({ description });
  });

  // A call that is unknown has no operation to stand in.
  const met = Object.keys(statusOf).filter((code) => code !== 'unknown_call');
  it.each(met)('%s is the same in both documents', (code) => {
    expect(ofCalls[component(code)]).toEqual(ofSocket[component(code)]);
  });
});
