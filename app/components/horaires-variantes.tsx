import { RANGS, type VarianteDraft } from '#app/domain/horaires/form-draft.ts';
import { DAY_NAMES, MONTH_NAMES } from '#app/domain/horaires/words.ts';
import { Button } from './button.tsx';
import { useInput } from './horaires-context.ts';
import { GroupErrors, WeekFields } from './horaires-day.tsx';
import { Fold } from './horaires-fold.tsx';

/** Hours of certain weeks only: folded while there are none. */
export function VariantesFields({ variantes }: { variantes: readonly VarianteDraft[] }) {
  return (
    <Fold
      id="variantes"
      title="Certaines semaines seulement"
      hint="Une semaine sur deux, le premier samedi du mois, l’été, les vacances scolaires."
      count={variantes.length}
    >
      {variantes.map((variante, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no other identity than their place
        <VarianteFields key={index} index={index} variante={variante} />
      ))}
      <fieldset className="add-buttons">
        <legend>Ajouter</legend>
        {ADD.map(([quand, label]) => (
          <Button key={quand} look="secondary" name="intent" value={`variante-ajouter:${quand}`} formNoValidate>
            {label}
          </Button>
        ))}
      </fieldset>
    </Fold>
  );
}

const ADD: readonly (readonly [VarianteDraft['quand'], string])[] = [
  ['impaire', 'Une semaine sur deux'],
  ['rang', 'Certains jours du mois'],
  ['saison', 'Une période de l’année'],
  ['vacances', 'Les vacances scolaires'],
];

const KINDS: readonly (readonly [VarianteDraft['quand'], string])[] = [
  ['impaire', 'Les semaines impaires'],
  ['paire', 'Les semaines paires'],
  ['rang', 'Certains jours du mois (le 1er samedi…)'],
  ['saison', 'Une période, chaque année'],
  ['vacances', 'Pendant les vacances scolaires'],
];

function VarianteFields({ index, variante }: { index: number; variante: VarianteDraft }) {
  const name = `variante.${index}`;
  const quand = useInput(`${name}.quand`, name);
  const effet = useInput(`${name}.effet`, name);
  const replaces = variante.effet === 'remplace' && variante.quand !== 'rang';
  return (
    <fieldset className="variante" id={name} tabIndex={-1} data-group={name}>
      <legend>Semaines particulières {index + 1}</legend>
      <GroupErrors group={name} />
      <div className="variante-head">
        <label>
          <span className="field-label">Quand ?</span>
          <select {...quand} className="select" value={variante.quand}>
            {KINDS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="field-label">Ces jours-là, les heures…</span>
          <select {...effet} className="select" value={variante.effet}>
            <option value="ajoute">s’ajoutent à la semaine habituelle</option>
            <option value="remplace">remplacent la semaine habituelle</option>
            <option value="ferme">aucune : le lieu est fermé</option>
          </select>
        </label>
      </div>
      {replaces
        ? null
        : variante.habituels.map((day) => <input key={day} type="hidden" name={`${name}.habituel`} value={day} />)}
      <RangFields name={name} variante={variante} />
      <SeasonFields name={name} variante={variante} />
      <FermesFields name={name} variante={variante} />
      <WeekFields
        semaine={variante.semaine}
        placeAt={(day) => ({ of: 'variante', index, day })}
        vide={replaces ? 'fermé' : 'comme d’habitude'}
        usual={replaces ? { name: `${name}.habituel`, days: variante.habituels } : undefined}
      />
      <Button look="quiet" name="intent" value={`variante-retirer:${index}`} formNoValidate>
        Retirer ces semaines particulières<span className="visually-hidden"> {index + 1}</span>
      </Button>
    </fieldset>
  );
}

/** Shown by the style sheet for the kind that is chosen: everything stays in the form whatever the choice. */
function RangFields({ name, variante }: { name: string; variante: VarianteDraft }) {
  return (
    <fieldset className="variante-rang">
      <legend className="field-label">Lesquels dans le mois ?</legend>
      {[...new Set([...RANGS, ...variante.rangs])].map((rang) => (
        <Box
          key={rang}
          group={name}
          name={`${name}.rang`}
          value={rang}
          label={RANG_NAMES[rang]}
          checked={variante.rangs.includes(rang)}
        />
      ))}
    </fieldset>
  );
}

/** Which days of the week are closed at these ranks: shown for that effect alone. */
function FermesFields({ name, variante }: { name: string; variante: VarianteDraft }) {
  return (
    <fieldset className="variante-fermes">
      <legend className="field-label">Quels jours est-ce fermé ?</legend>
      {DAY_NAMES.map((nom, day) => (
        <Box
          key={nom}
          group={name}
          name={`${name}.ferme`}
          value={String(day)}
          label={nom}
          checked={variante.fermes.includes(day)}
        />
      ))}
    </fieldset>
  );
}

/** One of several boxes that send the same name. */
function Box({
  group,
  name,
  value,
  label,
  checked,
}: {
  group: string;
  name: string;
  value: string;
  label: string | undefined;
  checked: boolean;
}) {
  const { name: _, ...input } = useInput(`${name}.${value}`, group);
  return (
    <label className="choice">
      <input {...input} type="checkbox" name={name} value={value} checked={checked} />
      <span className="choice-text">{label}</span>
    </label>
  );
}

const RANG_NAMES: Readonly<Record<string, string>> = {
  1: 'le 1er',
  2: 'le 2e',
  3: 'le 3e',
  4: 'le 4e',
  5: 'le 5e',
  [-1]: 'le dernier',
  [-2]: 'l’avant-dernier',
  [-3]: 'le 3e avant la fin',
  [-4]: 'le 4e avant la fin',
  [-5]: 'le 5e avant la fin',
};

function SeasonFields({ name, variante }: { name: string; variante: VarianteDraft }) {
  return (
    <div className="variante-saison">
      <DayOfYear name={`${name}.du`} group={name} label="Du" value={variante.du} />
      <DayOfYear name={`${name}.au`} group={name} label="au" value={variante.au} />
    </div>
  );
}

function DayOfYear({
  name,
  group,
  label,
  value,
}: {
  name: string;
  group: string;
  label: string;
  value: { jour: string; mois: string };
}) {
  const jour = useInput(`${name}_jour`, group);
  const mois = useInput(`${name}_mois`, group);
  return (
    <span className="day-of-year">
      <label>
        {label}
        <span className="visually-hidden"> (jour du mois)</span>
        <input {...jour} className="input input-day" value={value.jour} inputMode="numeric" autoComplete="off" />
      </label>
      <label>
        <span className="visually-hidden">{label} (mois)</span>
        <select {...mois} className="select" value={value.mois}>
          <option value="">mois</option>
          {MONTH_NAMES.map((month, index) => (
            <option key={month} value={index + 1}>
              {month}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}
