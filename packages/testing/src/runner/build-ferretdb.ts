import { buildFerretdb } from '../parts/ferretdb.ts';

/** `node build-ferretdb.ts`: builds the MongoDB-speaking test server, once per version, and says where it lies. */
try {
  console.log(`The MongoDB test server: ${await buildFerretdb()}`);
} catch (error) {
  console.error(`The MongoDB test server cannot be built. ${String(error)}`);
  process.exitCode = 1;
}
