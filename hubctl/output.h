// Where hubctl writes: people get lines on stdout, programs one JSON object, and errors go to
// stderr.
#ifndef FUSIONHUB_HUBCTL_OUTPUT_H_
#define FUSIONHUB_HUBCTL_OUTPUT_H_

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "base/mutex.h"

namespace fusionhub::hubctl {

using Json = nlohmann::ordered_json;

// Writes whole lines. On a terminal a progress line that counts the seconds stands below them until
// it is replaced or cleared; elsewhere each progress text is a line of its own on stderr.
// Thread-safe.
class Output {
 public:
  Output(std::ostream& out, std::ostream& err, bool terminal);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // From now on lines and progress are dropped, and JSON is written instead.
  void UseJson() { json_ = true; }
  bool json() const { return json_; }

  // A line for people. `text` must be safe to print: peers' texts through TerminalText.
  void Line(absl::string_view text = "") FUSIONHUB_EXCLUDES(mu_);
  // A line for people on stderr.
  void ErrorLine(absl::string_view text) FUSIONHUB_EXCLUDES(mu_);
  // What hubctl is waiting for.
  void Progress(absl::string_view text) FUSIONHUB_EXCLUDES(mu_);
  void ClearProgress() FUSIONHUB_EXCLUDES(mu_);
  // One JSON object on a line of its own.
  void WriteJson(const Json& object) FUSIONHUB_EXCLUDES(mu_);
  // Text exactly as it is: for what is made to be read by another program, such as completions.
  void Raw(absl::string_view text) FUSIONHUB_EXCLUDES(mu_);

  // From now on every line begins with "TEST MODE": what the region answers may not be used in real
  // work.
  void SetTestMode() FUSIONHUB_EXCLUDES(mu_);

 private:
  void Repaint() FUSIONHUB_REQUIRES(mu_);
  void Erase() FUSIONHUB_REQUIRES(mu_);
  void Tick() FUSIONHUB_EXCLUDES(mu_);
  std::string Prefixed(absl::string_view text) const FUSIONHUB_REQUIRES(mu_);

  std::ostream& out_;
  std::ostream& err_;
  const bool terminal_;
  bool json_ = false;  // set before other threads know of this object
  Mutex mu_;
  CondVar wake_;
  bool test_mode_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool stopping_ FUSIONHUB_GUARDED_BY(mu_) = false;
  bool painted_ FUSIONHUB_GUARDED_BY(mu_) = false;
  std::string progress_ FUSIONHUB_GUARDED_BY(mu_);
  std::chrono::steady_clock::time_point since_ FUSIONHUB_GUARDED_BY(mu_);
  std::thread ticker_;  // on a terminal only
};

}  // namespace fusionhub::hubctl

#endif  // FUSIONHUB_HUBCTL_OUTPUT_H_
