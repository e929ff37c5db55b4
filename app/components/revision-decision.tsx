import { type DecisionDraft, RAISONS, seenName } from '#app/domain/decisions.ts';
import { withFullStop } from '#app/domain/horaires/words.ts';
import type { ReviewItem } from '#app/domain/review.ts';
import { Badge } from './badge.tsx';
import { plainField, SelectField, TextareaField } from './fields.tsx';
import { RevisionComparison } from './revision-comparison.tsx';

/** One field of a revision: before and after, what to know of it, and the decision to take or taken. */
export function RevisionItem({ item, draft, error }: { item: ReviewItem; draft?: DecisionDraft; error?: string }) {
  const headingId = `champ-${item.key}`;
  return (
    <section className="revision-item" aria-labelledby={headingId}>
      <header className="cluster">
        <h2 id={headingId}>{item.label}</h2>
        <ItemState item={item} />
      </header>
      {item.alertes.map((alerte) => (
        <p key={alerte} className="revision-alerte">
          <strong>À vérifier.</strong> {alerte}
        </p>
      ))}
      <RevisionComparison field={item.key} comparison={item.comparison} />
      {item.liens.map((lien) => (
        <p key={lien}>
          <a href={lien} target="_blank" rel="noreferrer noopener nofollow">
            Ouvrir {lien}
            <span className="visually-hidden"> (nouvelle fenêtre)</span>
          </a>
        </p>
      ))}
      {item.today === null ? null : (
        <p className="revision-alerte">
          <strong>Aujourd’hui, la fiche dit :</strong> <span className="revision-text">{withFullStop(item.today)}</span>{' '}
          {item.effect}
        </p>
      )}
      {item.decision === null ? <DecisionFields item={item} draft={draft} error={error} /> : null}
      {item.motif === null ? null : <p>Raison donnée : « {item.motif} »</p>}
    </section>
  );
}

function ItemState({ item: { decision, live } }: { item: ReviewItem }) {
  if (decision === 'acceptee') return <Badge tone="success">Acceptée</Badge>;
  if (decision === 'refusee') return <Badge tone="error">Refusée</Badge>;
  if (decision === 'remplacee') return <Badge>Remplacée par une proposition plus récente</Badge>;
  return live ? <Badge tone="action">Déjà en ligne</Badge> : <Badge tone="warning">En attente</Badge>;
}

function DecisionFields({ item, draft, error }: { item: ReviewItem; draft?: DecisionDraft; error?: string }) {
  const { key, label } = item;
  const errorId = `decision-${key}-erreur`;
  const choices = [
    {
      value: 'acceptee',
      words: 'Accepter',
      help: item.live ? 'La nouvelle valeur reste en ligne.' : 'La nouvelle valeur devient publique.',
    },
    { value: 'refusee', words: 'Refuser', help: refusalHelp(item) },
    { value: '', words: 'Décider plus tard', help: 'Reste dans la liste.' },
  ];
  return (
    <div className={error ? 'revision-decision field-invalid' : 'revision-decision'}>
      {item.seen.map(({ field, value }) => (
        <input key={field} type="hidden" name={seenName(field)} value={JSON.stringify(value)} />
      ))}
      <fieldset id={`decision-${key}`} tabIndex={-1} aria-describedby={error ? errorId : undefined}>
        <legend className="field-label">
          Votre décision<span className="visually-hidden"> pour {label}</span>
        </legend>
        {error ? (
          <p className="field-error" id={errorId}>
            <span className="visually-hidden">Erreur : </span>
            {error}
          </p>
        ) : null}
        <div className="revision-choices">
          {choices.map(({ value, words, help }) => (
            <label className="choice" key={value}>
              <input
                type="radio"
                name={`decision.${key}`}
                value={value}
                defaultChecked={(draft?.decision ?? '') === value}
              />
              <span>
                <span className="choice-text">{words}</span>
                <span className="choice-help">{help}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="revision-raison">
        <ReasonFields name={key} label={label} draft={draft} />
      </div>
    </div>
  );
}

/** Why a refusal: a usual sentence, words of one's own, or both. */
export function ReasonFields({ name, label, draft }: { name: string; label: string; draft?: DecisionDraft }) {
  return (
    <>
      <SelectField
        field={plainField(`raison.${name}`, { id: `raison-${name}`, value: draft?.raison ?? '' })}
        label={
          <>
            Raison du refus<span className="visually-hidden"> ({label})</span>
          </>
        }
        empty="Aucune de ces raisons"
        options={RAISONS}
      />
      <TextareaField
        field={plainField(`motif.${name}`, { id: `motif-${name}`, value: draft?.motif ?? '' })}
        label={
          <>
            Avec vos mots<span className="visually-hidden"> ({label})</span>
          </>
        }
        help="L’auteur la lira telle quelle."
        rows={2}
      />
    </>
  );
}

function refusalHelp({ live, today }: ReviewItem): string {
  if (!live) return 'L’auteur pourra corriger.';
  return today === null ? 'L’ancienne valeur revient en ligne.' : 'La valeur d’aujourd’hui reste en ligne.';
}
