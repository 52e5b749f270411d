// Writes lines, progress and JSON.
#include "hubctl/output.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace fusionhub::hubctl {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(200);

}  // namespace

Output::Output(std::ostream& out, std::ostream& err, bool terminal)
    : out_(out), err_(err), terminal_(terminal) {
  if (terminal_) ticker_ = std::thread([this] { Tick(); });
}

Output::~Output() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    Erase();
  }
  wake_.NotifyAll();
  if (ticker_.joinable()) ticker_.join();
}

void Output::Line(absl::string_view text) {
  if (json_) return;
  MutexLock lock(mu_);
  Erase();
  out_ << Prefixed(text) << std::endl;
  Repaint();
}

void Output::ErrorLine(absl::string_view text) {
  MutexLock lock(mu_);
  Erase();
  err_ << Prefixed(text) << std::endl;
  Repaint();
}

void Output::Progress(absl::string_view text) {
  if (json_) return;
  MutexLock lock(mu_);
  if (!terminal_) {
    err_ << Prefixed(text) << std::endl;
    return;
  }
  Erase();
  if (progress_.empty()) since_ = std::chrono::steady_clock::now();
  progress_ = std::string(text);
  Repaint();
}

void Output::ClearProgress() {
  MutexLock lock(mu_);
  Erase();
  progress_.clear();
}

void Output::WriteJson(const Json& object) {
  MutexLock lock(mu_);
  // Text that is not UTF-8 becomes U+FFFD: a peer's bytes must not stop the report about them.
  out_ << object.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

void Output::Raw(absl::string_view text) {
  MutexLock lock(mu_);
  out_ << text << std::flush;
}

void Output::SetTestMode() {
  MutexLock lock(mu_);
  test_mode_ = true;
}

std::string Output::Prefixed(absl::string_view text) const {
  if (!test_mode_) return std::string(text);
  return text.empty() ? std::string("TEST MODE |") : absl::StrCat("TEST MODE | ", text);
}

void Output::Repaint() {
  if (!terminal_ || progress_.empty()) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - since_;
  err_ << Prefixed(absl::StrFormat("%s (%.1f s)", progress_, elapsed.count())) << std::flush;
  painted_ = true;
}

void Output::Erase() {
  if (!painted_) return;
  err_ << "\r\x1b[2K" << std::flush;
  painted_ = false;
}

void Output::Tick() {
  MutexLock lock(mu_);
  while (!stopping_) {
    wake_.WaitFor(mu_, kTick);
    if (stopping_ || progress_.empty()) continue;
    Erase();
    Repaint();
  }
}

}  // namespace fusionhub::hubctl
