// Storage of npm oidc-provider in PostgreSQL, after its documented adapter interface (docs/README, "adapter").
// One table for all models, every statement prepared by name; whether a write is on disk is the server's setting.
import pg from 'pg';

let pool;

const UPSERT = `insert into payloads (model, id, payload, grant_id, user_code, uid, expires_at)
  values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
  on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
    user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`;
const COLUMNS = 'payload, consumed_at';
const LIVE = 'and (expires_at is null or expires_at > now())';

const STATEMENTS = {
  upsert: UPSERT,
  find: `select ${COLUMNS} from payloads where model = $1 and id = $2 ${LIVE}`,
  findByUid: `select ${COLUMNS} from payloads where model = $1 and uid = $2 ${LIVE}`,
  findByUserCode: `select ${COLUMNS} from payloads where model = $1 and user_code = $2 ${LIVE}`,
  consume: 'update payloads set consumed_at = now() where model = $1 and id = $2',
  destroy: 'delete from payloads where model = $1 and id = $2',
  revokeByGrantId: 'delete from payloads where grant_id = $1',
};

// `type` is jsonb or text: the two configurations; text spares the server the reading of the document.
export async function connect(connectionString, { size, type }) {
  pool = new pg.Pool({ connectionString, max: size });
  await pool.query(`create table if not exists payloads (
    model text not null, id text not null, payload ${type} not null, grant_id text, user_code text, uid text,
    expires_at timestamptz, consumed_at timestamptz, primary key (model, id));
    create index if not exists payloads_grant on payloads (grant_id) where grant_id is not null;
    create index if not exists payloads_uid on payloads (model, uid) where uid is not null;
    create index if not exists payloads_user_code on payloads (model, user_code) where user_code is not null;`);
}

const run = (name, values) => pool.query({ name, text: STATEMENTS[name], values });

function document(result) {
  const [row] = result.rows;
  if (!row) return undefined;
  const payload = typeof row.payload === 'string' ? JSON.parse(row.payload) : row.payload;
  return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at / 1000) } : payload;
}

export class PostgresAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const { grantId, userCode, uid } = payload;
    await run('upsert', [this.model, id, JSON.stringify(payload), grantId, userCode, uid, expiresIn]);
  }

  async find(id) {
    return document(await run('find', [this.model, id]));
  }

  async findByUid(uid) {
    return document(await run('findByUid', [this.model, uid]));
  }

  async findByUserCode(userCode) {
    return document(await run('findByUserCode', [this.model, userCode]));
  }

  async consume(id) {
    await run('consume', [this.model, id]);
  }

  async destroy(id) {
    await run('destroy', [this.model, id]);
  }

  async revokeByGrantId(grantId) {
    await run('revokeByGrantId', [grantId]);
  }
}
