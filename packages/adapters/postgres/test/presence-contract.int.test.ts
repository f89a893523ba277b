import { presenceLeasesContract } from '@sealpost/testing';
import { SchemaShelf } from './support/fresh-stores.ts';
import { TestServer } from './support/test-server.ts';

const server = TestServer.forThisFile();
const shelf = new SchemaShelf(server);

presenceLeasesContract({
  name: 'postgres',
  open: async () => {
    const { schema, stores, dispose } = await shelf.open();
    // Postgres' clock goes on by itself: what is remembered moves back instead.
    const elapse = async (ms: number): Promise<void> => {
      await server.admin.query(
        `UPDATE ${schema}.processes SET ends_at = ends_at - ${ms};
        UPDATE ${schema}.connections SET opened_at = opened_at - ${ms * 1_000}`,
      );
    };
    return { presence: stores.presence, elapse, dispose };
  },
});
