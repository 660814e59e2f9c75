// Storage of npm oidc-provider in a Map of this process: nothing is durable, nothing is forgotten either.
const kept = new Map();
const byUid = new Map();

export class MapAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload) {
    kept.set(`${this.model}:${id}`, payload);
    if (payload.uid) byUid.set(payload.uid, id);
  }

  async find(id) {
    return kept.get(`${this.model}:${id}`);
  }

  async findByUid(uid) {
    return this.find(byUid.get(uid));
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    kept.get(`${this.model}:${id}`).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(`${this.model}:${id}`);
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
  }
}
