import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { QueryTerm } from '../common/text/terms.js';
import { PassageEntity } from './passage.entity.js';
import { type Owner, toOwnerQuery, toTermQuery } from './terms-vector.js';

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
  /** For each term of the search, 0 where it is missing, else how often and where it stands: up to 1. */
  readonly ranks: readonly number[];
}

export interface PassageMatches {
  readonly candidates: readonly PassageCandidate[];
  /** How many passages the caller may read; counted up to a limit. */
  readonly readable: number;
  /** For each term of the search, in how many of these it stands. */
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

/**
 * One statement. Both its looks into `passage` go through the index on `terms` and carry the owners'
 * lexemes, so that its cost depends on what the caller may read and not on what others have stored; the
 * owner stands in the `where` again, for the lexeme is a means of speed, not of protection. A term counts
 * the more the fewer passages have it. `OFFSET 0` keeps a passage's terms from being unpacked for each
 * term anew.
 */
const SEARCH = `
WITH term AS MATERIALIZED (
  SELECT t.query::tsquery AS query, t.weight, t.ordinal
  FROM unnest($1::text[], $2::float8[]) WITH ORDINALITY AS t(query, weight, ordinal)
),
readable AS MATERIALIZED (
  SELECT count(*)::int AS total FROM (
    SELECT FROM passage p
    WHERE p.terms @@ $5::tsquery AND (p.client_id = $6 OR p.scope = ANY($7::text[]))
    LIMIT ${MAX_COUNTED}
  ) counted
),
matched AS MATERIALIZED (
  SELECT p.id, ARRAY(
    SELECT ts_rank($3::float4[], unpacked.terms, term.query) FROM term ORDER BY term.ordinal
  ) AS ranks
  FROM passage p CROSS JOIN LATERAL (SELECT ts_filter(p.terms, '{a,b,c,d}') AS terms OFFSET 0) unpacked
  WHERE p.terms @@ $4::tsquery AND (p.client_id = $6 OR p.scope = ANY($7::text[]))
),
spread AS MATERIALIZED (
  SELECT r.ordinal, count(*)::int AS found FROM matched CROSS JOIN unnest(matched.ranks) WITH ORDINALITY AS r(rank, ordinal)
  WHERE r.rank > 0 GROUP BY r.ordinal
),
value AS MATERIALIZED (
  SELECT array_agg(COALESCE(spread.found, 0) ORDER BY term.ordinal) AS found,
    array_agg(term.weight * ln(1 + readable.total::float8 / COALESCE(spread.found, 1)) ORDER BY term.ordinal) AS worth
  FROM readable CROSS JOIN term LEFT JOIN spread ON spread.ordinal = term.ordinal
),
best AS MATERIALIZED (
  SELECT matched.id, matched.ranks,
    (SELECT sum(r.rank * r.worth) FROM unnest(matched.ranks, value.worth) AS r(rank, worth)) AS score
  FROM matched CROSS JOIN value ORDER BY score DESC, matched.id LIMIT $8
)
SELECT p.document_id, p.position, d.title, d.source, p.scope, p.heading, p.text, d.metadata,
  best.ranks, value.found, readable.total AS readable
FROM best CROSS JOIN value CROSS JOIN readable
JOIN passage p ON p.id = best.id
JOIN document d ON d.id = p.document_id
WHERE p.client_id = $6 OR p.scope = ANY($7::text[])
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
