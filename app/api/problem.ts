/** One name or value of a query that was not understood, and why, in French. */
export interface Erreur {
  nom: string;
  valeur: string;
  message: string;
}

const TITLES = {
  400: 'Demande incorrecte',
  401: 'Clé d’API refusée',
  404: 'Introuvable',
  405: 'Méthode refusée',
  406: 'Format non proposé',
  410: 'N’existe plus',
  429: 'Trop de demandes',
  500: 'Erreur du service',
  503: 'Service indisponible',
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** What the API answers when it cannot do what is asked (RFC 9457). Thrown by whoever finds out, sent by the router. */
export class ApiProblem extends Error {
  readonly status: ProblemStatus;
  readonly erreurs: readonly Erreur[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    detail: string,
    { erreurs = [], headers = {} }: { erreurs?: readonly Erreur[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.status = status;
    this.erreurs = erreurs;
    this.headers = headers;
  }

  /** The document that is sent; `site` is the address under which its type is explained. */
  toJson({ site, requestId }: { site: string; requestId: string }) {
    return {
      type: `${site}/api#erreur-${this.status}`,
      title: TITLES[this.status],
      status: this.status,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.erreurs.length > 0 ? { erreurs: this.erreurs } : {}),
    };
  }
}

/** What people read above a refusal of that status. */
export function titleOf(status: ProblemStatus): string {
  return TITLES[status];
}
