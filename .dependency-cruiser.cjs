/**
 * The arrows of ADR 0001, as rules. Each is proved able to fail by packages/testing/src/architecture
 * (`npm run check`, step "canary"), which plants one violation per rule.
 *
 * `parser: 'swc'` is essential: with TypeScript 7 the default parser sees no TypeScript file and reports success.
 */

const { Visitor } = require('@swc/core/Visitor.js');

// The cruiser walks with this visitor, which does not know `using` and `await using` yet and stops at them.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

/** Files that only tests load; what they may import is ruled apart from what the product may import. */
const testsOf = (folder) => `^packages/${folder}/(test/|.*[.]test[.]tsx?$)`;
const TESTS = testsOf('(adapters/)?[^/]+');

/** Regular expression for the sources of all packages but the named ones. */
const packagesBut = (...names) => `^packages/(?!(${names.join('|')})/)`;

/** A layer whose product code may import, from this workspace, only itself and the named packages. */
const layer = (name, allowed, comment) => ({
  name: `${name}-imports-only-its-own`,
  comment,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: TESTS },
  to: { path: packagesBut(name, ...allowed) },
});

const layers = [
  layer(
    'protocol',
    ['domain'],
    'The wire is shared by server and client, so it can depend on neither.',
  ),
  layer(
    'client',
    ['domain', 'protocol'],
    'An application gets the SDK without any part of the server: what runs on a phone or in a browser knows the wire only.',
  ),
  layer(
    'web',
    ['client'],
    'The web client proves the SDK: whatever it needs, every app team needs.',
  ),
  layer(
    'app',
    ['domain', 'protocol', 'adapters/[^/]+'],
    'The server composes adapters. It never holds client code, the only place where plaintext exists.',
  ),
  layer(
    'cli',
    // The demo and the chaos run of a profile start the real parts that it names.
    ['domain', 'app', 'client', 'testing/src/parts'],
    'The command line starts the server and talks through the SDK; it does not reach behind either. Of testing it has the real parts that its runs start, and nothing that judges.',
  ),
  layer(
    'bench',
    ['domain', 'protocol', 'app', 'client', 'adapters/[^/]+', 'testing/src/parts'],
    'The benchmark drives the product from outside and measures its parts alone. Nothing imports it.',
  ),
  layer(
    'testing',
    ['domain', 'protocol', 'client', 'adapters/memory'],
    'Contract suites know ports and the reference adapter. If they knew one more adapter, they would be written for it.',
  ),
];

const adapters = [
  {
    name: 'adapters-stand-alone',
    comment:
      'An adapter implements domain ports against one technology. It never knows another adapter or who composes it, so that each can be left out or replaced.',
    severity: 'error',
    from: { path: '^packages/adapters/([^/]+)/', pathNot: TESTS },
    to: { path: '^packages/(?!domain/|protocol/|adapters/$1/)' },
  },
  {
    name: 'only-transports-speak-the-protocol',
    comment:
      'Stores and other adapters see domain types; the shape on the wire is the transports’ concern.',
    severity: 'error',
    from: { path: '^packages/adapters/(?!express/|socketio/)', pathNot: TESTS },
    to: { path: '^packages/protocol/' },
  },
  {
    name: 'adapter-tests-stay-below-the-app',
    comment:
      'An adapter’s tests may use the contract suites and a sibling that provides a service (a real Postgres). What needs the composed server is tested where it is composed.',
    severity: 'error',
    from: { path: testsOf('adapters/[^/]+') },
    to: { path: '^packages/(app|cli|web)/' },
  },
];

const purity = [
  {
    name: 'domain-is-closed',
    comment:
      'The domain is rules and ports. It imports nothing: no package, no Node module, no other layer.',
    severity: 'error',
    from: { path: '^packages/domain/', pathNot: TESTS },
    to: { pathNot: '^packages/domain/' },
  },
  {
    name: 'domain-tests-need-no-service',
    comment:
      'The domain’s tests run on the memory adapter and the shared suites, so they are fast and never flaky.',
    severity: 'error',
    from: { path: testsOf('domain') },
    to: { path: packagesBut('domain', 'testing', 'adapters/memory') },
  },
  {
    name: 'protocol-runs-anywhere',
    comment: 'The protocol is loaded by browsers too, so no Node module.',
    severity: 'error',
    from: { path: '^packages/protocol/', pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'client-core-runs-anywhere',
    comment:
      'The SDK’s core runs in browsers. Node modules are for its SQLite store and for files named *.node.ts, which browsers never load.',
    severity: 'error',
    from: {
      path: '^packages/client/',
      pathNot: [TESTS, '^packages/client/src/store/sqlite', '[.]node[.]ts$'],
    },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'parts-judge-nothing',
    comment:
      'Runs outside the tests start real parts too, so what starts them loads neither the suites nor what the suites need.',
    severity: 'error',
    from: { path: '^packages/testing/src/parts/', pathNot: TESTS },
    to: {
      path: ['^packages/(?!testing/src/parts/)', '(^|/)node_modules/(vitest|fast-check)/'],
    },
  },
  {
    name: 'inversify-only-composes',
    comment:
      'Everything but composition is plain constructors: no container reaches the domain or an adapter.',
    severity: 'error',
    from: { pathNot: '^packages/app/' },
    to: { path: '(^|/)node_modules/(inversify|@inversifyjs|reflect-metadata)/' },
  },
  {
    name: 'ts-mls-behind-its-wrapper',
    comment:
      'Five files know the MLS library: the guards against its traps are there, and the library can be replaced. Tests attack with it, and the benchmark measures it alone.',
    severity: 'error',
    from: {
      pathNot: [
        '^packages/client/src/engine/mls/ts-mls(-(adds|join|open|primitives))?[.]ts$',
        '^packages/bench/src/sdk/bare-mls[.]ts$',
        TESTS,
      ],
    },
    to: { path: '(^|/)node_modules/ts-mls/' },
  },
];

const hygiene = [
  {
    name: 'no-cycles',
    comment: 'Modules that import each other cannot be understood, tested or moved one at a time.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'packages-are-imported-by-name',
    comment: 'A relative path into another package goes around what that package exports.',
    severity: 'error',
    from: { path: '^packages/((?:adapters/)?[^/]+)/' },
    to: {
      path: '^packages/',
      pathNot: '^packages/$1/',
      dependencyTypes: ['local'],
      dependencyTypesNot: ['aliased-workspace'],
    },
  },
  {
    name: 'no-product-code-imports-tests',
    comment: 'What ships never loads a test file.',
    severity: 'error',
    from: { pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'no-undeclared-package',
    comment:
      'npm hoists: an undeclared package resolves here and is missing in somebody else’s installation.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-development-package-in-the-product',
    comment: 'A devDependency is missing where the package is installed.',
    severity: 'error',
    from: { path: '^packages/', pathNot: [TESTS, '^packages/testing/'] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-unresolvable',
    comment: 'An import that nothing answers to is a typing error or a missing package.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...layers, ...adapters, ...purity, ...hygiene],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    // Test frameworks are declared once, at the root.
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    // Anchored: unanchored it would drop every import of a package whose entry lies in a dist folder of its own.
    // Templates are parts of another package, which the compiler puts together.
    exclude: { path: '^packages/((adapters/)?[^/]+/(dist|reports)|cli/templates)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js'],
      conditionNames: ['@sealpost/source', 'import', 'types', 'default'],
    },
  },
};
