import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { TurnEntity } from './turn.entity.js';

/** What wires keep of the requests of their turns. */
@Injectable()
export class WireRequestRepository {
  constructor(@InjectRepository(TurnEntity) private readonly turns: Repository<TurnEntity>) {}

  /** What the wire of that name kept of a request; null: the client has no such turn. */
  async find(clientId: string, id: string, wire: string): Promise<Readonly<Record<string, unknown>> | null> {
    const turn = await this.turns.findOne({
      where: { clientId, id, variant: wire },
      select: { id: true, wireRequest: true },
    });
    return turn && (turn.wireRequest ?? {});
  }

  /** What the wire of that name kept of several requests, by turn; without those that the client does not have. */
  async findMany(
    clientId: string,
    ids: readonly string[],
    wire: string,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
    const turns = await this.turns.find({
      where: { clientId, id: In(ids), variant: wire },
      select: { id: true, wireRequest: true },
    });
    return new Map(turns.map(({ id, wireRequest }) => [id, wireRequest ?? {}]));
  }

  /** Deletes a turn that has ended. @returns whether there was one */
  async deleteEnded(clientId: string, id: string): Promise<boolean> {
    const rows: [unknown[], number] = await this.turns.query(
      `DELETE FROM turn WHERE client_id = $1 AND id = $2 AND status <> 'running' RETURNING id`,
      [clientId, id],
    );
    return rows[0].length > 0;
  }
}
