import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { newId } from '../common/uuid.js';
import { PromptTemplateEntity } from './prompt-template.entity.js';

export type NewTemplateVersion = Pick<
  PromptTemplateEntity,
  'clientId' | 'name' | 'version' | 'template' | 'description'
>;

/** The stored templates. A name *exists* when its last version is not marked as deleted. */
@Injectable()
export class PromptTemplateRepository {
  constructor(
    @InjectRepository(PromptTemplateEntity) private readonly templates: Repository<PromptTemplateEntity>,
  ) {}

  /** The last version of an existing name. */
  async findLatest(clientId: string, name: string): Promise<PromptTemplateEntity | null> {
    // Of every turn: a built query costs as much as sending it.
    const [row] = await this.templates.query<PromptTemplateEntity[]>(
      `SELECT id, client_id AS "clientId", name, version, template, description,
              created_at AS "createdAt", deleted_at AS "deletedAt"
         FROM prompt_template
        WHERE client_id = $1 AND name = $2 AND deleted_at IS NULL
        ORDER BY version DESC LIMIT 1`,
      [clientId, name],
    );
    return row ?? null;
  }

  /** The last version of a name, also when it is marked as deleted. */
  findLastOfAny(clientId: string, name: string): Promise<PromptTemplateEntity | null> {
    return this.templates.findOne({ where: { clientId, name }, order: { version: 'DESC' } });
  }

  /** A version of a name, also when it is marked as deleted. */
  findVersion(clientId: string, name: string, version: number): Promise<PromptTemplateEntity | null> {
    return this.templates.findOneBy({ clientId, name, version });
  }

  /** The last version of each existing name of the client, in no order to rely on. */
  listLatest(clientId: string): Promise<PromptTemplateEntity[]> {
    return this.templates
      .createQueryBuilder('template')
      .distinctOn(['template.name'])
      .where('template.clientId = :clientId AND template.deletedAt IS NULL', { clientId })
      .orderBy('template.name')
      .addOrderBy('template.version', 'DESC')
      .getMany();
  }

  /** The client's existing names, each once, in no order to rely on. */
  async listNames(clientId: string): Promise<string[]> {
    const rows = await this.templates
      .createQueryBuilder('template')
      .select('DISTINCT template.name', 'name')
      .where('template.clientId = :clientId AND template.deletedAt IS NULL', { clientId })
      .getRawMany<{ name: string }>();
    return rows.map((row) => row.name);
  }

  /** Adds a version; null when its number has been taken in the meantime, which is no error to the database. */
  async addVersion(added: NewTemplateVersion): Promise<PromptTemplateEntity | null> {
    const id = newId();
    const { clientId, name, version, template, description } = added;
    const [row] = await this.templates.query<{ created_at: Date }[]>(
      `INSERT INTO prompt_template (id, client_id, name, version, template, description)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (client_id, name, version) DO NOTHING
       RETURNING created_at`,
      [id, clientId, name, version, template, description],
    );
    return row ? this.templates.create({ id, ...added, createdAt: row.created_at, deletedAt: null }) : null;
  }

  /** Marks all versions of a name as deleted; whether there was any. */
  async markDeleted(clientId: string, name: string): Promise<boolean> {
    const { affected } = await this.templates.update(
      { clientId, name, deletedAt: IsNull() },
      { deletedAt: () => 'now()' },
    );
    return (affected ?? 0) > 0;
  }
}
