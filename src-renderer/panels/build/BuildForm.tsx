import type { ReactElement } from 'react'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { NumberField, SelectField } from '../../ui/fields'
import { LANGUAGES, buildProblem, recipeOf } from './build-choice'
import { ModelOptions } from './ModelOptions'
import type { BuildState } from './use-build'

export function BuildForm({ state }: { readonly state: BuildState }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { recipes, choice, choose, isByModel } = state
  const recipe = recipeOf(choice, recipes)
  const problem = buildProblem(choice, recipes)
  return (
    <div className="export-form build-form">
      <fieldset className="build-recipes">
        <legend>{t('build.recipe')}</legend>
        {recipes.map(({ id, says }) => (
          <label key={id} className="build-recipe" data-checked={recipe?.id === id} data-testid={`recipe-${id}`}>
            <input
              type="radio"
              name="recipe"
              checked={recipe?.id === id}
              onChange={() => choose({ recipe: id, without: [] })}
            />
            <span>
              <span className="build-recipe-name">{t(`build.recipe.${id as 'shikra'}`)}</span>
              {recipe?.id === id ? <span className="check-note">{coreSentence(language, says)}</span> : null}
            </span>
          </label>
        ))}
      </fieldset>
      {isByModel ? <ModelOptions state={state} /> : null}
      <div className="form-fields">
        <SelectField
          label={t('build.language')}
          testId="build-language"
          value={choice.language}
          options={LANGUAGES.map((value) => ({
            value,
            text: value === 'auto' ? t('build.languageAuto') : value === 'en' ? 'English' : '简体中文'
          }))}
          onChange={(next) => choose({ language: next })}
        />
        {isByModel ? (
          <NumberField
            label={t('build.mostImages')}
            testId="build-most-images"
            value={choice.mostImages}
            placeholder={t('build.allImages')}
            onChange={(next) => choose({ mostImages: next })}
          />
        ) : (
          <NumberField
            label={t('build.perImage')}
            testId="build-per-image"
            value={choice.perImage}
            onChange={(next) => choose({ perImage: next })}
          />
        )}
        <NumberField
          label={t('export.seed')}
          testId="build-seed"
          value={choice.seed}
          onChange={(next) => choose({ seed: next })}
        />
      </div>
      {recipe === null ? null : (
        <fieldset className="build-tasks">
          <legend>{t('build.tasks')}</legend>
          <div className="chip-row">
            {Object.keys(recipe.weights).map((task) => (
              <button
                key={task}
                type="button"
                className="chip mono"
                aria-pressed={!choice.without.includes(task)}
                data-testid={`task-${task}`}
                onClick={() =>
                  choose({
                    without: choice.without.includes(task)
                      ? choice.without.filter((other) => other !== task)
                      : [...choice.without, task]
                  })
                }
              >
                {task}
              </button>
            ))}
          </div>
        </fieldset>
      )}
      <label className="check-row">
        <input
          type="checkbox"
          checked={choice.includeProposals}
          onChange={(event) => choose({ includeProposals: event.target.checked })}
        />
        <span>{t('build.proposals')}</span>
      </label>
      {isByModel ? null : (
        <label className="check-row">
          <input
            type="checkbox"
            checked={choice.usesPoints}
            onChange={(event) => choose({ usesPoints: event.target.checked })}
          />
          <span>{t('build.points')}</span>
        </label>
      )}
      {problem === null || problem === 'server' ? null : (
        <p className="field-problem" role="alert">
          {t(`build.problem.${problem}`)}
        </p>
      )}
    </div>
  )
}
