import { connect } from './app/rpc'
import { mountStudio } from './app/mount'

const place = document.getElementById('root')
if (!place) throw new Error('the page has no #root to put the studio in')

connect()
  .then((rpc) => mountStudio(place, rpc))
  .catch((reason: unknown) => {
    // Nothing is up yet that could translate or style this; say it plainly.
    place.textContent = `Eyrie could not connect to its core: ${reason instanceof Error ? reason.message : String(reason)}. Reload this window; if that does not help, restart Eyrie.`
  })
