/** The tables of the bare relay: what a conversation's numbers and a message need, and nothing else. */
export const relayTables = `
  DROP TABLE IF EXISTS message, conversation;
  CREATE TABLE conversation (
    id text COLLATE "C" PRIMARY KEY,
    last_seq bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  CREATE TABLE message (
    conversation text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    sender bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    body bytea NOT NULL,
    PRIMARY KEY (conversation, seq)
  );`;
