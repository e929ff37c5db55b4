/** The embedded PostgreSQL cannot run here. The message is a French sentence for the person who installs, with what to do. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';

  constructor(sentence: string, options: { detail?: string; cause?: unknown } = {}) {
    const detail = options.detail?.trim();
    super(detail ? `${sentence}\n${detail}` : sentence, { cause: options.cause });
  }
}

const OTHERWISE = 'Ou bien indiquez un serveur PostgreSQL (15 ou plus récent) par la variable DATABASE_URL.';

/** The sentence for a failure of PostgreSQL or of the system, recognised by its code or by what PostgreSQL printed. */
export function explainFailure(what: string, cause: unknown, output = ''): EmbeddedDatabaseError {
  if (cause instanceof EmbeddedDatabaseError) return cause;
  const text = `${output}\n${cause instanceof Error ? cause.message : ''}`;
  const detail = text.trim().split('\n').slice(-8).join('\n');
  const known = KNOWN.find(({ sign }) => sign.test(text));
  const advice = known?.advice ?? 'Le détail ci-dessous en dit la cause.';
  return new EmbeddedDatabaseError(`${what} ${advice} ${OTHERWISE}`, { detail, cause });
}

const KNOWN: readonly { sign: RegExp; advice: string }[] = [
  {
    sign: /ENOSPC|No space left on device|EDQUOT|Disk quota exceeded/i,
    advice: 'Le disque est plein : libérez au moins 500 Mo, ou placez DATA_DIR sur un autre disque.',
  },
  {
    sign: /EROFS|Read-only file system/i,
    advice: 'Le dossier des données est en lecture seule : placez DATA_DIR sur un disque où l’on peut écrire.',
  },
  {
    sign: /could not (?:bind|create any TCP)|EADDRINUSE|EADDRNOTAVAIL|Address already in use/i,
    advice: 'Aucun port libre sur 127.0.0.1 : fermez un programme qui en utilise, puis relancez.',
  },
  {
    sign: /could not create shared memory|could not map anonymous shared memory|Cannot allocate memory|ENOMEM/i,
    advice: 'La mémoire manque : libérez au moins 300 Mo, puis relancez.',
  },
  {
    sign: /could not look up effective user ID/i,
    advice: 'L’utilisateur qui lance la commande n’a pas de nom dans /etc/passwd : ajoutez-le, puis relancez.',
  },
  {
    sign: /error while loading shared libraries/i,
    advice: 'Une bibliothèque du système manque : installez celle que nomme le détail, puis relancez.',
  },
  {
    sign: /EACCES|EPERM|EINVAL|Permission denied|Operation not permitted|has invalid permissions|has wrong ownership/i,
    advice:
      'Le système le refuse : vérifiez que cet utilisateur peut écrire dans DATA_DIR, sur un disque qui garde les droits des fichiers.',
  },
];
