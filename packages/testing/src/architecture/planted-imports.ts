import { type Planted, planted } from './planted.ts';

/** An import that is used, so that only the import itself can be at fault. */
const uses = (specifier: string): string =>
  `import * as used from '${specifier}';\nexport const kept: unknown = used;`;

/** One file per arrow that breaks it, and files that look alike and are allowed. */
export const plantedImports: readonly Planted[] = [
  // Layers.
  planted(
    'packages/protocol/src/sees-client.ts',
    uses('@sealpost/client'),
    'arrows protocol-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted(
    'packages/client/src/sees-server.ts',
    uses('@sealpost/app'),
    'arrows client-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted(
    'packages/web/src/sees-protocol.ts',
    uses('@sealpost/protocol'),
    'arrows web-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/web/src/sees-client.ts', uses('@sealpost/client')),
  planted(
    'packages/app/src/sees-client.ts',
    uses('@sealpost/client'),
    'arrows app-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/app/src/sees-adapter.ts', uses('@sealpost/adapter-postgres')),
  planted(
    'packages/cli/src/sees-adapter.ts',
    uses('@sealpost/adapter-postgres'),
    'arrows cli-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/cli/src/sees-app.ts', uses('@sealpost/app')),
  planted(
    'packages/cli/src/sees-testing.ts',
    uses('@sealpost/testing'),
    'arrows cli-imports-only-its-own',
  ),
  planted(
    'packages/bench/src/sees-cli.ts',
    uses('@sealpost/cli'),
    'arrows bench-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/bench/src/sees-app.ts', uses('@sealpost/app')),
  planted('packages/testing/src/parts/index.ts', 'export {};'),
  planted('packages/cli/src/sees-parts.ts', uses('@sealpost/testing/parts')),
  planted(
    'packages/testing/src/sees-adapter.ts',
    uses('@sealpost/adapter-postgres'),
    'arrows testing-imports-only-its-own',
    'arrows no-undeclared-sibling',
  ),

  // Adapters.
  planted(
    'packages/adapters/postgres/src/sees-adapter.ts',
    uses('@sealpost/adapter-memory'),
    'arrows adapters-stand-alone',
    'arrows no-undeclared-sibling',
  ),
  planted(
    'packages/adapters/jose/src/sees-protocol.ts',
    uses('@sealpost/protocol'),
    'arrows only-transports-speak-the-protocol',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/adapters/express/src/sees-protocol.ts', uses('@sealpost/protocol')),
  planted(
    'packages/adapters/jose/test/sees-app.int.test.ts',
    uses('@sealpost/app'),
    'arrows adapter-tests-stay-below-the-app',
    'arrows no-undeclared-sibling',
  ),
  planted('packages/adapters/jose/test/sees-testing.int.test.ts', uses('@sealpost/testing')),

  // Purity.
  planted('packages/domain/src/sees-itself.ts', uses('./index.ts')),
  planted(
    'packages/domain/src/sees-node.ts',
    uses('node:fs/promises'),
    'arrows domain-is-closed',
    'lint no-restricted-imports',
    'types',
  ),
  planted(
    'packages/domain/src/sees-node-late.ts',
    "export const load = (): Promise<unknown> => import('node:os');",
    'arrows domain-is-closed',
    'lint no-restricted-imports',
    'types',
  ),
  planted(
    'packages/domain/src/sees-types-only.ts',
    "import type { Knex } from 'knex';\nexport type Leak = Knex;",
    'arrows domain-is-closed',
    'arrows no-undeclared-package',
    'lint no-restricted-imports',
  ),
  planted('packages/domain/src/sees-testing.unit.test.ts', uses('@sealpost/testing')),
  planted(
    'packages/domain/src/sees-adapter.unit.test.ts',
    uses('@sealpost/adapter-postgres'),
    'arrows domain-tests-need-no-service',
    'arrows no-undeclared-sibling',
  ),
  planted(
    'packages/protocol/src/sees-node.ts',
    uses('node:buffer'),
    'arrows protocol-runs-anywhere',
    'types',
  ),
  planted(
    'packages/client/src/sees-node.ts',
    uses('node:crypto'),
    'arrows client-core-runs-anywhere',
  ),
  planted(
    'packages/client/src/sees-node-with-using.ts',
    [
      'export async function kept(): Promise<unknown> {',
      "  await using used = await import('node:crypto') as unknown as AsyncDisposable;",
      '  return used;',
      '}',
    ].join('\n'),
    'arrows client-core-runs-anywhere',
  ),
  planted('packages/client/src/sees-node.node.ts', uses('node:crypto')),
  planted('packages/client/src/store/sqlite-rows.ts', uses('node:sqlite')),
  planted('packages/testing/src/parts/sees-node.ts', uses('node:child_process')),
  planted(
    'packages/testing/src/parts/sees-suites.ts',
    uses('../index.ts'),
    'arrows parts-judge-nothing',
  ),
  planted(
    'packages/testing/src/parts/sees-vitest.ts',
    uses('vitest'),
    'arrows parts-judge-nothing',
  ),
  planted(
    'packages/cli/src/sees-container.ts',
    uses('inversify'),
    'arrows inversify-only-composes',
    'arrows no-undeclared-package',
  ),
  planted('packages/app/src/sees-container.ts', uses('inversify')),
  planted(
    'packages/client/src/engine/sees-mls.ts',
    uses('ts-mls'),
    'arrows ts-mls-behind-its-wrapper',
  ),
  planted('packages/client/src/engine/mls/ts-mls.ts', uses('ts-mls')),
  planted('packages/client/src/engine/mls/ts-mls-join.ts', uses('ts-mls')),

  // Hygiene.
  planted(
    'packages/client/src/circle-a.ts',
    "import { b } from './circle-b.ts';\nexport const a = (): unknown => b;",
    'arrows no-cycles',
  ),
  planted(
    'packages/client/src/circle-b.ts',
    "import { a } from './circle-a.ts';\nexport const b = (): unknown => a;",
  ),
  planted(
    'packages/app/src/sees-inside.ts',
    uses('../../domain/src/index.ts'),
    'arrows packages-are-imported-by-name',
  ),
  planted('packages/app/src/some.unit.test.ts', 'export {};'),
  planted(
    'packages/app/src/sees-test.ts',
    uses('./some.unit.test.ts'),
    'arrows no-product-code-imports-tests',
  ),
  planted(
    'packages/adapters/jose/src/sees-undeclared.ts',
    uses('express'),
    'arrows no-undeclared-package',
  ),
  planted(
    'packages/client/src/sees-development.ts',
    uses('fast-check'),
    'arrows no-development-package-in-the-product',
  ),
  planted('packages/client/src/sees-nothing.ts', uses('no-such-package'), 'arrows no-unresolvable'),
];
