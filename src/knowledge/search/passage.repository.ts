import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { QueryTerm } from '../../common/text/terms.js';
import { PassageEntity } from '../documents/passage.entity.js';
import { type Owner, toOwnerQuery, toTermQuery } from '../index/terms-vector.js';

export interface PassageSearch {
  readonly clientId: string;
  readonly includeServiceDocumentation: boolean;
  /** Never empty. */
  readonly terms: readonly QueryTerm[];
  /** How many candidates are wanted; more are not worth comparing. */
  readonly limit: number;
}

/** A passage in which at least one term was found. */
export interface PassageCandidate {
  readonly documentId: string;
  readonly position: number;
  readonly title: string;
  readonly source: string;
  readonly scope: Owner['scope'];
  readonly heading: string | null;
  readonly text: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** For each term of the search, 0 where it is missing, else by its number and places: up to 1. */
  readonly ranks: readonly number[];
}

export interface PassageMatches {
  readonly candidates: readonly PassageCandidate[];
  /** How many passages the caller may read; counted up to a limit. */
  readonly readable: number;
  /** For each term of the search, how many of these contain it. */
  readonly found: readonly number[];
}

interface CandidateRow extends Omit<PassageCandidate, 'documentId'> {
  document_id: string;
  readable: number;
  found: number[];
}

/** What a place weighs, by label: text (D), unused (C), headings (B), title (A). */
const LABEL_WEIGHTS = [0.4, 0.4, 0.7, 1];

/** Beyond this many the rarity of a term no longer depends on how many there are. */
const MAX_COUNTED = 10_000;

/** So many passages with a term are looked at; which ones, where it is more, the other terms decide. */
const MAX_PROBED = 2_000;

/** So many passages are ranked, those first that have the rarest terms: ranking takes longest by far. */
const MAX_RANKED = 2_000;

/** So many documents are looked into because of their titles, the best titles first, and of each its first passages. */
const MAX_TITLED = 100;

const READABLE = '(p.client_id = $6 OR p.scope = ANY($7::text[]))';

/**
 * One statement, whose cost is bounded by the caps above however much the caller may read. Each of its looks into
 * `passage` and `document` goes through the index on their terms and carries the owners' lexemes, so that its cost does
 * not depend on what others have stored; the `where` names the owner again, because the lexeme gives speed, not
 * protection. A term counts the more the fewer passages have it. The title's terms are stored with the document; in
 * front of those of a passage they are ranked as if they stood there. `OFFSET 0` keeps a passage's terms from being
 * unpacked for each term again.
 */
const SEARCH = `
WITH term AS MATERIALIZED (
  SELECT t.query::tsquery AS query, $5::tsquery && t.query::tsquery AS owned, t.weight, t.ordinal
  FROM unnest($1::text[], $2::float8[]) WITH ORDINALITY AS t(query, weight, ordinal)
),
readable AS MATERIALIZED (
  SELECT count(*)::int AS total FROM (
    SELECT FROM passage p WHERE p.terms @@ $5::tsquery AND ${READABLE} LIMIT ${MAX_COUNTED}
  ) counted
),
titled AS MATERIALIZED (
  SELECT d.id, d.edition, d.title_terms FROM document d
  WHERE d.title_terms @@ $4::tsquery AND (d.client_id = $6 OR d.scope = ANY($7::text[]))
  ORDER BY ts_rank($3::float4[], d.title_terms, $4::tsquery) DESC, d.id LIMIT ${MAX_TITLED}
),
probed AS MATERIALIZED (
  SELECT term.ordinal, hit.id FROM term CROSS JOIN LATERAL (
    SELECT p.id FROM passage p WHERE p.terms @@ term.owned AND ${READABLE} LIMIT ${MAX_PROBED}
  ) hit
  UNION
  SELECT term.ordinal, headed.id
  FROM titled JOIN term ON titled.title_terms @@ term.query CROSS JOIN LATERAL (
    SELECT p.id FROM passage p WHERE p.document_id = titled.id AND p.edition = titled.edition
    ORDER BY p.position LIMIT $8
  ) headed
),
spread AS MATERIALIZED (
  SELECT ordinal, count(*)::int AS found FROM probed GROUP BY ordinal
),
value AS MATERIALIZED (
  SELECT term.ordinal, term.query, COALESCE(spread.found, 0) AS found,
    term.weight * ln(1 + readable.total::float8 / COALESCE(spread.found, 1)) AS worth
  FROM readable CROSS JOIN term LEFT JOIN spread ON spread.ordinal = term.ordinal
),
chosen AS MATERIALIZED (
  SELECT probed.id FROM probed JOIN value ON value.ordinal = probed.ordinal
  GROUP BY probed.id ORDER BY sum(value.worth) DESC, probed.id LIMIT ${MAX_RANKED}
),
matched AS MATERIALIZED (
  SELECT p.id, d.title, d.source, d.metadata, ARRAY(
    SELECT ts_rank($3::float4[], unpacked.terms, value.query) FROM value ORDER BY value.ordinal
  ) AS ranks
  FROM chosen JOIN passage p ON p.id = chosen.id
  JOIN document d ON d.id = p.document_id AND d.edition = p.edition
  CROSS JOIN LATERAL (SELECT ts_filter(d.title_terms || p.terms, '{a,b,c,d}') AS terms OFFSET 0) unpacked
  WHERE ${READABLE}
),
total AS MATERIALIZED (
  SELECT array_agg(found ORDER BY ordinal) AS found, array_agg(worth ORDER BY ordinal) AS worth FROM value
),
best AS MATERIALIZED (
  SELECT matched.*,
    (SELECT sum(r.rank * r.worth) FROM unnest(matched.ranks, total.worth) AS r(rank, worth)) AS score
  FROM matched CROSS JOIN total ORDER BY score DESC, matched.id LIMIT $8
)
SELECT p.document_id, p.position, best.title, best.source, p.scope, p.heading, p.text, best.metadata,
  best.ranks, total.found, readable.total AS readable
FROM best CROSS JOIN readable CROSS JOIN total
JOIN passage p ON p.id = best.id
ORDER BY best.score DESC, best.id`;

/** The stored passages, as far as a caller may read them. */
@Injectable()
export class PassageRepository {
  constructor(@InjectRepository(PassageEntity) private readonly passages: Repository<PassageEntity>) {}

  /** The passages in which the terms stand, those first where the rarest stand most prominently. */
  async findMatches({
    clientId,
    includeServiceDocumentation,
    terms,
    limit,
  }: PassageSearch): Promise<PassageMatches> {
    const open = includeServiceDocumentation ? (['shared', 'service'] as const) : (['shared'] as const);
    const owners = toOwnerQuery([
      { scope: 'client', clientId },
      ...open.map((scope) => ({ scope, clientId: null })),
    ]);
    const queries = terms.map(toTermQuery);
    const rows = await this.passages.query<CandidateRow[]>(SEARCH, [
      queries,
      terms.map(({ weight }) => weight),
      LABEL_WEIGHTS,
      `(${owners}) & (${queries.join(' | ')})`,
      owners,
      clientId,
      open,
      limit,
    ]);
    const [first] = rows;
    return {
      candidates: rows.map(toCandidate),
      readable: first?.readable ?? 0,
      found: first?.found ?? terms.map(() => 0),
    };
  }
}

function toCandidate({
  document_id,
  position,
  title,
  source,
  scope,
  heading,
  text,
  metadata,
  ranks,
}: CandidateRow) {
  return { documentId: document_id, position, title, source, scope, heading, text, metadata, ranks };
}
