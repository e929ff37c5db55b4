import type { WeekDraft } from '#app/domain/horaires/week-form.ts';
import { DAY_NAMES } from '#app/domain/horaires/words.ts';
import { Button } from './button.tsx';
import { type FormField, plainField, RadioGroup, SelectField, TextareaField } from './fields.tsx';

export interface HorairesDraft {
  /** `texte` where the week cannot say everything that the text says. */
  mode: 'semaine' | 'texte';
  draft: WeekDraft;
  text: string;
}

/**
 * The hours of a lieu as a week of any number of ranges a day, or as a text where the week cannot say everything. Every
 * button works without JavaScript: it comes back to the server, which gives the form again with what was typed.
 */
export function HorairesEditor({ horaires, field }: { horaires: HorairesDraft; field: FormField }) {
  const { mode, draft, text } = horaires;
  return (
    <div className="horaires-editor" id={field.id} tabIndex={-1}>
      {field.errors?.map((error) => (
        <p key={error} className="field-error">
          {error}
        </p>
      ))}
      {mode === 'texte' ? (
        <p className="horaires-kept">
          Vos horaires disent plus qu’une semaine ne peut dire (semaines paires, vacances, rendez-vous…). Ils sont
          gardés tels quels, sauf si vous choisissez la semaine simple.
        </p>
      ) : null}
      <RadioGroup
        label="Comment voulez-vous écrire vos horaires ?"
        field={plainField('mode', { value: mode })}
        options={[
          { value: 'semaine', label: 'Une semaine, jour par jour' },
          { value: 'texte', label: 'Un texte, pour les cas particuliers' },
        ]}
      />
      <div className="horaires-week">
        {DAY_NAMES.map((name, day) => (
          <DayEditor key={name} name={name} day={day} ranges={draft.days[day] ?? []} />
        ))}
        <SelectField
          label="Les jours fériés"
          field={plainField('feries', { value: draft.feries })}
          options={[
            { value: 'inconnu', label: 'Je ne précise pas' },
            { value: 'ferme', label: 'Fermé les jours fériés' },
            { value: 'ouvert', label: 'Ouvert comme les autres jours' },
          ]}
        />
      </div>
      <div className="horaires-text">
        <TextareaField
          label="Le texte des horaires"
          help="Au format OpenStreetMap, par exemple : week 1-53/2 Tu 14:00-17:00; PH off. Une écriture courante (« mardi 14h-17h ») est comprise aussi."
          rows={4}
          field={{ ...plainField('horaires', { value: text }), id: `${field.id}-texte` }}
        />
      </div>
    </div>
  );
}

function DayEditor({ name, day, ranges }: { name: string; day: number; ranges: WeekDraft['days'][number] }) {
  const rows = ranges.length === 0 ? [{ debut: '', fin: '' }] : ranges;
  return (
    <fieldset className="day-editor">
      <legend>{name}</legend>
      <div className="day-ranges">
        {rows.map((range, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: ranges have no other identity than their place
          <div className="day-range" key={index}>
            <TimeField
              hint={`${name}, plage ${index + 1}, `}
              label="de"
              name={`jour.${day}.${index}.debut`}
              value={range.debut}
            />
            <TimeField hint="" label="à" name={`jour.${day}.${index}.fin`} value={range.fin} />
            {ranges.length > 0 ? (
              <Button look="quiet" name="intent" value={`retirer:${day}:${index}`} formNoValidate>
                Retirer
                <span className="visually-hidden">
                  {' '}
                  {name} {range.debut} – {range.fin}
                </span>
              </Button>
            ) : null}
          </div>
        ))}
      </div>
      <div className="day-actions">
        <Button look="quiet" name="intent" value={`ajouter:${day}`} formNoValidate>
          Ajouter une plage<span className="visually-hidden"> le {name}</span>
        </Button>
        {ranges.length > 0 ? <CopyTo name={name} day={day} /> : null}
      </div>
    </fieldset>
  );
}

/** A text rather than the browser's own picker: it takes 9h30 and 24:00, and shows 24 hours whatever the browser's language. */
function TimeField({ hint, label, name, value }: { hint: string; label: string; name: string; value: string }) {
  return (
    <label>
      <span className="visually-hidden">{hint}</span>
      {label}
      <input
        className="input input-time"
        name={name}
        defaultValue={value}
        inputMode="numeric"
        autoComplete="off"
        placeholder="--:--"
        maxLength={8}
      />
    </label>
  );
}

function CopyTo({ name, day }: { name: string; day: number }) {
  return (
    <details className="day-copy">
      <summary>
        Copier<span className="visually-hidden"> les horaires du {name}</span> vers…
      </summary>
      <div className="day-copy-choices">
        {DAY_NAMES.map((other, target) =>
          target === day ? null : (
            <label key={other} className="choice">
              <input type="checkbox" name={`copie.${day}`} value={target} defaultChecked={day < 5 && target < 5} />
              <span className="choice-text">{other}</span>
            </label>
          ),
        )}
        <Button look="secondary" name="intent" value={`copier:${day}`} formNoValidate>
          Copier
        </Button>
      </div>
    </details>
  );
}
