/**
 * Appends a batch of entries; one call per flush. Items are arrays of equal length, in the order of the batch.
 *
 * 1. Heads of conversations that may be new are created, then all heads of the batch are locked, in the order given,
 *    which every caller makes the order of ids. From here on nobody else numbers entries of these conversations.
 * 2. Only then are client ids looked up: under `read committed` each statement sees what is committed when it starts,
 *    so these look-ups see everything that the locks' last holders committed. Looked up before the locks, two callers
 *    with the same retry would both find nothing, and the unique index would abort a whole flush.
 * 3. Items are judged in order: known, stale, out of turn, else numbered. Numbers are dense by construction.
 * 4. Entries are inserted and heads updated. A head that was created for nothing is removed again.
 *
 * p_conversations: the batch's conversations; p_founding: those of them that may have to be created (null: none).
 * p_at: position of each item's conversation in p_conversations.
 * p_key, p_after_key: number of the item's (conversation, device, client id), and of the send that it names; equal
 * numbers are equal keys, 0 is a key that is no item of the batch.
 * p_bytes: all digests, parts and parts for joiners, one after the other; the lengths say where to cut.
 */
const template = `
CREATE «replace»FUNCTION append_entries(
  p_conversations text[], p_founding text[], p_at int[], p_key int[], p_after_key int[],
  p_basis bigint[], p_now bigint[], p_supersedes bigint[], p_generation bigint[], p_epoch bigint[],
  p_kind text[], p_class text[], p_account text[], p_device text[], p_client text[], p_after text[],
  p_change text[], p_blobs text[], p_layout text[],
  p_offset int[], p_digest_length int[], p_parts_length int[], p_joiners_length int[], p_bytes bytea
) RETURNS TABLE (outcome text, entry_seq bigint, entry_at bigint, entry_loud bigint, entry_digest bytea)
LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
  total CONSTANT int := cardinality(p_at);
  conversations CONSTANT int := cardinality(p_conversations);
  line record;
  i int;
  c int;
  changed boolean := false;
  head_seq bigint[] := array_fill(0::bigint, ARRAY[conversations]);
  head_loud bigint[] := head_seq;
  head_at bigint[] := head_seq;
  head_version bigint[] := head_seq;
  touched boolean[] := array_fill(false, ARRAY[conversations]);
  known boolean[] := array_fill(false, ARRAY[total]);
  after_known boolean[] := known;
  landed int[] := array_fill(0, ARRAY[total]);
  codes text[] := array_fill(NULL::text, ARRAY[total]);
  seqs bigint[] := array_fill(NULL::bigint, ARRAY[total]);
  times bigint[] := seqs;
  louds bigint[] := seqs;
  digests bytea[] := array_fill(NULL::bytea, ARRAY[total]);«declare»
BEGIN«store»
  IF p_founding IS NOT NULL THEN
    INSERT INTO heads (conversation) SELECT * FROM unnest(p_founding) ON CONFLICT DO NOTHING;
  END IF;
  FOR line IN
    SELECT asked.position, head.* FROM unnest(p_conversations) WITH ORDINALITY AS asked (id, position),
      LATERAL (SELECT * FROM heads WHERE heads.conversation = asked.id FOR UPDATE) AS head
  LOOP
    c := line.position;
    head_seq[c] := line.seq;
    head_loud[c] := line.loud;
    head_at[c] := line.accepted_at;
    head_version[c] := line.version;«note»
  END LOOP;

  FOR line IN
    SELECT item, entry.* FROM generate_series(1, total) AS item, LATERAL (
      SELECT seq, accepted_at, digest FROM entries
      WHERE conversation COLLATE "POSIX" = p_conversations[p_at[item]]
        AND sender_device = p_device[item] AND client_id = p_client[item]
      OFFSET 0
    ) AS entry
  LOOP
    i := line.item;
    known[i] := true;
    seqs[i] := line.seq;
    times[i] := line.accepted_at;
    digests[i] := line.digest;
  END LOOP;
  IF p_after IS NOT NULL THEN
    FOR i IN
      SELECT item FROM generate_series(1, total) AS item, LATERAL (
        SELECT FROM entries
        WHERE conversation COLLATE "POSIX" = p_conversations[p_at[item]]
          AND sender_device = p_device[item] AND client_id = p_after[item]
        OFFSET 0
      ) AS entry
    LOOP
      after_known[i] := true;
    END LOOP;
  END IF;

  FOR i IN 1 .. total LOOP
    c := p_at[i];
    «judge»IF known[i] THEN
      codes[i] := 'known';
    ELSIF landed[p_key[i]] > 0 THEN
      codes[i] := 'known';
      seqs[i] := seqs[landed[p_key[i]]];
      times[i] := times[landed[p_key[i]]];
      digests[i] := substring(p_bytes FROM p_offset[landed[p_key[i]]] FOR p_digest_length[landed[p_key[i]]]);
    ELSIF head_version[c] <> p_basis[i] THEN
      codes[i] := 'stale';
    ELSIF p_after[i] IS NOT NULL AND NOT after_known[i] AND coalesce(landed[p_after_key[i]], 0) = 0 THEN
      codes[i] := 'out_of_turn';
    ELSE
      codes[i] := 'appended';
      landed[p_key[i]] := i;
      touched[c] := true;
      head_seq[c] := head_seq[c] + 1;
      IF p_class[i] = 'loud' THEN head_loud[c] := head_loud[c] + 1; END IF;
      IF p_now[i] > head_at[c] THEN head_at[c] := p_now[i]; END IF;
      IF p_kind[i] <> 'message' THEN
        changed := true;
        head_version[c] := head_seq[c];
      END IF;
      seqs[i] := head_seq[c];
      times[i] := head_at[c];
      louds[i] := head_loud[c];
    END IF;
  END LOOP;

  INSERT INTO entries (
    conversation, seq, accepted_at, loud, generation, epoch, kind, class, sender_account, sender_device, client_id,
    after_client_id, change, blobs, digest, layout, parts, joiner_parts
  )
  SELECT
    p_conversations[p_at[item]], seqs[item], times[item], louds[item], p_generation[item], p_epoch[item],
    p_kind[item], p_class[item], p_account[item], p_device[item], p_client[item], p_after[item],
    p_change[item]::jsonb, p_blobs[item]::jsonb,
    substring(p_bytes FROM p_offset[item] FOR p_digest_length[item]), p_layout[item],
    substring(p_bytes FROM p_offset[item] + p_digest_length[item] FOR p_parts_length[item]),
    CASE WHEN p_joiners_length[item] >= 0 THEN
      substring(p_bytes FROM p_offset[item] + p_digest_length[item] + p_parts_length[item] FOR p_joiners_length[item])
    END
  FROM generate_series(1, total) AS item WHERE codes[item] = 'appended';

  IF changed THEN
    INSERT INTO changes (conversation, seq)
    SELECT p_conversations[p_at[item]], seqs[item] FROM generate_series(1, total) AS item
    WHERE codes[item] = 'appended' AND p_kind[item] <> 'message';
  END IF;

  UPDATE heads SET seq = head_seq[place], loud = head_loud[place], accepted_at = head_at[place], version = head_version[place]
  FROM generate_series(1, conversations) AS place
  WHERE heads.conversation = p_conversations[place] AND touched[place];

  IF p_founding IS NOT NULL THEN
    DELETE FROM heads WHERE conversation = ANY (p_founding) AND seq = 0;
  END IF;
  IF p_supersedes IS NOT NULL THEN
    FOR i IN 1 .. total LOOP
      IF codes[i] = 'appended' AND p_supersedes[i] > 0 THEN
        UPDATE entries SET joiner_parts = NULL
        WHERE conversation = p_conversations[p_at[i]] AND seq = p_supersedes[i] AND joiner_parts IS NOT NULL;
      END IF;
    END LOOP;
  END IF;

  RETURN QUERY SELECT codes[item], seqs[item], times[item], louds[item], digests[item]
    FROM generate_series(1, total) AS item;
END
$function$`;

/** What is said at the marks for logs that can be closed, and a store that can be closed for new conversations. */
const tenures: Readonly<Record<string, string>> = {
  replace: 'OR REPLACE ',
  declare: `
  closed boolean[] := touched;
  founding_closed boolean := false;`,
  store: `
  IF p_founding IS NOT NULL THEN
    SELECT takes <> 'open' INTO founding_closed FROM foundings WHERE only_row FOR SHARE;
  END IF;`,
  note: `
    closed[c] := line.takes <> 'open';`,
  judge: `IF closed[c] OR (founding_closed AND head_seq[c] = 0 AND p_basis[i] = 0) THEN
      codes[i] := 'closed';
    ELS`,
};

export const appendEntries = template.replaceAll(/«\w+»/g, '');
export const appendEntriesByTenure = template.replaceAll(
  /«(\w+)»/g,
  (_, mark: string) => tenures[mark] ?? '',
);
