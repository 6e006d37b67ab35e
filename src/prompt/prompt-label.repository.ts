import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { PromptLabelEntity } from './prompt-label.entity.js';

/** Labels and versions for a caller who asked for another one. */
const MAX_LABELS_TOLD = 100;
const MAX_VERSIONS_TOLD = 20;

/** A version of a client's template, by its number. */
export interface NumberedVersion {
  readonly clientId: string;
  readonly name: string;
  readonly version: number;
}

/** The labels of versions. Those of versions that are marked as deleted are none. */
@Injectable()
export class PromptLabelRepository {
  constructor(@InjectRepository(PromptLabelEntity) private readonly labels: Repository<PromptLabelEntity>) {}

  /** Moves a label to a version, wherever it was, or makes it; false: there is no such version. */
  async move({ clientId, name, version }: NumberedVersion, label: string): Promise<boolean> {
    const rows = await this.labels.query<unknown[]>(
      `INSERT INTO prompt_label (client_id, name, label, version)
       SELECT client_id, name, $3, version FROM prompt_template
        WHERE client_id = $1 AND name = $2 AND version = $4 AND deleted_at IS NULL
       ON CONFLICT (client_id, name, label) DO UPDATE SET version = excluded.version
       RETURNING version`,
      [clientId, name, label, version],
    );
    return rows.length > 0;
  }

  /**
   * Moves labels, each given once and sorted, to a version that was the newest a moment ago. A label of a newer
   * one stays: it was given to that one after this.
   */
  async moveForward({ clientId, name, version }: NumberedVersion, labels: readonly string[]): Promise<void> {
    await this.labels.query(
      `INSERT INTO prompt_label (client_id, name, label, version)
       SELECT t.client_id, t.name, wanted.label, t.version
         FROM prompt_template t, unnest($3::varchar[]) AS wanted (label)
        WHERE t.client_id = $1 AND t.name = $2 AND t.version = $4 AND t.deleted_at IS NULL
       ON CONFLICT (client_id, name, label) DO UPDATE SET version = excluded.version
         WHERE prompt_label.version < excluded.version`,
      [clientId, name, labels, version],
    );
  }

  /** Takes a label away; whether there was one. */
  async remove(clientId: string, name: string, label: string): Promise<boolean> {
    const [, removed] = await this.labels.query<[unknown, number]>(
      `DELETE FROM prompt_label l USING prompt_template t
        WHERE l.client_id = $1 AND l.name = $2 AND l.label = $3
          AND t.client_id = l.client_id AND t.name = l.name AND t.version = l.version AND t.deleted_at IS NULL`,
      [clientId, name, label],
    );
    return removed > 0;
  }

  /** Labels of an existing name, sorted, and the numbers of its newest versions, the newest first. */
  async listReferences(clientId: string, name: string): Promise<{ labels: string[]; versions: number[] }> {
    const [row] = await this.labels.query<{ labels: string[]; versions: number[] }[]>(
      `SELECT ARRAY(
                SELECT l.label FROM prompt_label l
                  JOIN prompt_template t ON t.client_id = l.client_id AND t.name = l.name AND t.version = l.version
                 WHERE l.client_id = $1 AND l.name = $2 AND t.deleted_at IS NULL
                 ORDER BY l.label COLLATE "C" LIMIT $3) AS labels,
              ARRAY(
                SELECT version FROM prompt_template
                 WHERE client_id = $1 AND name = $2 AND deleted_at IS NULL
                 ORDER BY version DESC LIMIT $4) AS versions`,
      [clientId, name, MAX_LABELS_TOLD, MAX_VERSIONS_TOLD],
    );
    return row!;
  }
}
