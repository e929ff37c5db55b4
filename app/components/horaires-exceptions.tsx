import type { ExceptionDraft, GrilleDraft } from '#app/domain/horaires/form-draft.ts';
import { lastDayOf } from '#app/domain/horaires/form-read.ts';
import { formatDay } from '#app/domain/horaires/words.ts';
import { Button } from './button.tsx';
import { useInput } from './horaires-context.ts';
import { GroupErrors, RangeFields } from './horaires-day.tsx';
import { Fold } from './horaires-fold.tsx';

/** Days with dates of their own: folded while there are none. */
export function ExceptionsFields({ exceptions, today }: { exceptions: readonly ExceptionDraft[]; today: string }) {
  return (
    <Fold
      id="exceptions"
      title="Fermetures et ouvertures exceptionnelles"
      hint="Congés, travaux, une journée portes ouvertes : des jours précis."
      count={exceptions.length}
    >
      {exceptions.map((exception, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity than their place
        <ExceptionFields key={index} index={index} exception={exception} today={today} />
      ))}
      <div className="add-buttons">
        <Button look="secondary" name="intent" value="exception-ajouter:ferme" formNoValidate>
          Ajouter une fermeture
        </Button>
        <Button look="secondary" name="intent" value="exception-ajouter:ouvert" formNoValidate>
          Ajouter une ouverture
        </Button>
      </div>
    </Fold>
  );
}

function ExceptionFields({ index, exception, today }: { index: number; exception: ExceptionDraft; today: string }) {
  const name = `exception.${index}`;
  const du = useInput(`${name}.du`, name);
  const au = useInput(`${name}.au`, name);
  const mention = useInput(`${name}.mention`, name);
  const { onChange } = du;
  const last = lastDayOf(exception);
  return (
    <fieldset className="exception" id={name} tabIndex={-1} data-group={name}>
      <legend>Jour exceptionnel {index + 1}</legend>
      <GroupErrors group={name} />
      <div className="exception-dates">
        <label>
          Du
          <input {...du} className="input" type="date" value={exception.du} />
        </label>
        <label>
          au<span className="visually-hidden"> (vide : ce jour seulement)</span>
          <input {...au} className="input" type="date" value={exception.au} />
        </label>
        <span className="field-help">Un seul jour ? Laissez « au » vide.</span>
      </div>
      {/* Said, not refused: last year's closure is a slip more often than a wish. */}
      <p aria-live="polite" className="exception-past">
        {last !== null && last < today
          ? `C’est passé (${formatDay(last)})\u00a0: le public n’en verra rien. Vérifiez l’année, ou retirez ce jour.`
          : null}
      </p>
      <div className="exception-genre">
        {GENRES.map(([genre, label]) => (
          <label key={genre} className="choice">
            <input
              type="radio"
              name={`${name}.genre`}
              value={genre}
              checked={exception.genre === genre}
              onChange={onChange}
            />
            <span className="choice-text">{label}</span>
          </label>
        ))}
      </div>
      <div className="exception-plages">
        <RangeFields place={{ of: 'exception', index }} rows={exception.plages} vide="" />
      </div>
      <label className="range-mention">
        <span>
          Raison, pour le public <span className="field-optional">(facultatif)</span>
        </span>
        <input {...mention} className="input" value={exception.mention} autoComplete="off" />
      </label>
      <Button look="quiet" name="intent" value={`exception-retirer:${index}`} formNoValidate>
        Retirer ce jour exceptionnel<span className="visually-hidden"> {index + 1}</span>
      </Button>
    </fieldset>
  );
}

const GENRES: readonly (readonly [ExceptionDraft['genre'], string])[] = [
  ['ferme', 'Fermé'],
  ['ouvert', 'Ouvert à ces heures'],
];

/** What holds on public holidays: said, or left unsaid. */
export function FeriesFields({ feries }: { feries: GrilleDraft['feries'] }) {
  const { onChange } = useInput('feries', 'feries');
  return (
    <Fold
      id="feries"
      title="Jours fériés"
      hint="Les jours fériés de votre territoire sont connus."
      count={feries === 'inconnu' ? 0 : 1}
    >
      <fieldset className="feries">
        <legend className="field-label">Les jours fériés, le lieu est…</legend>
        {FERIES.map(([value, label]) => (
          <label key={value} className="choice">
            <input type="radio" name="feries" value={value} checked={feries === value} onChange={onChange} />
            <span className="choice-text">{label}</span>
          </label>
        ))}
      </fieldset>
    </Fold>
  );
}

const FERIES: readonly (readonly [GrilleDraft['feries'], string])[] = [
  ['ferme', 'fermé'],
  ['ouvert', 'ouvert comme les autres jours'],
  ['inconnu', 'je ne précise pas : le public lit « à vérifier »'],
];
