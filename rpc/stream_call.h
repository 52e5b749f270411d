// What server-streaming and bidirectional calls of an AsyncServer have in common: the queue of
// responses.
#ifndef FUSIONHUB_RPC_STREAM_CALL_H_
#define FUSIONHUB_RPC_STREAM_CALL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rpc/async_call.h"
#include "rpc/response_stream.h"

namespace fusionhub::rpc {

// `Interface` is ResponseStream<Response> or one derived from it. Thread-safe.
template <typename Interface, typename Response>
class StreamCall : public CallImpl<Interface> {
 public:
  using CallImpl<Interface>::CallImpl;

  absl::Status Write(Response response) override {
    const size_t size = response.ByteSizeLong();
    MutexLock lock(this->mu_);
    if (broken_ || final_status_ || this->ended()) {
      return absl::CancelledError("the stream is over");
    }
    if (queued_bytes_ + size > this->options().max_queued_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat(this->options().name,
                                                       ": the peer does not read; ", queued_bytes_,
                                                       " bytes wait for it already"));
    }
    queued_bytes_ += size;
    queue_.push_back({std::move(response), size});
    SendNext();
    return absl::OkStatus();
  }

  void Finish(absl::Status status) override {
    MutexLock lock(this->mu_);
    if (final_status_) return;
    final_status_ = std::move(status);
    SendNext();
  }

  size_t queued_bytes() const override {
    MutexLock lock(this->mu_);
    return queued_bytes_;
  }

  void OnWritten(std::function<void()> callback) override {
    auto shared = std::make_shared<const std::function<void()>>(std::move(callback));
    MutexLock lock(this->mu_);
    if (!over_) on_written_.swap(shared);  // the old one is destroyed after the lock
  }

  void OnDone(std::function<void()> callback) override {
    {
      MutexLock lock(this->mu_);
      if (!over_) {
        on_done_.swap(callback);
        return;
      }
    }
    callback();
  }

 protected:
  // Begins writing `response`, with the tag of kWrite.
  virtual void SendMessage(const Response& response) FUSIONHUB_REQUIRES(this->mu_) = 0;
  // Takes the derived class's callbacks, so that they are destroyed outside the lock.
  virtual std::shared_ptr<void> TakeCallbacks() FUSIONHUB_REQUIRES(this->mu_) { return nullptr; }

  // What the handler holds. When the last copy goes, a stream that was not finished ends with
  // INTERNAL.
  std::shared_ptr<Interface> MakeHandle() {
    auto self = std::static_pointer_cast<StreamCall>(this->shared_from_this());
    return std::shared_ptr<Interface>(self.get(), [self](Interface* stream) {
      stream->Finish(absl::InternalError("the handler dropped the stream without finishing it"));
    });
  }

  bool finishing() const FUSIONHUB_REQUIRES(this->mu_) { return final_status_.has_value(); }

 private:
  struct Queued {
    Response response;
    size_t size;
  };

  void SendNext() FUSIONHUB_REQUIRES(this->mu_) {
    if (writing_ || broken_) return;
    if (queue_.empty()) {
      if (final_status_) this->FinishWith(*final_status_);
      return;
    }
    if (!this->BeginOp()) return;
    writing_ = true;
    written_size_ = queue_.front().size;
    SendMessage(queue_.front().response);  // serialises at once
    queue_.pop_front();
  }

  void HandleWritten(bool ok) override {
    std::shared_ptr<const std::function<void()>> callback;
    std::deque<Queued> dropped;
    {
      MutexLock lock(this->mu_);
      writing_ = false;
      queued_bytes_ -= written_size_;
      if (ok) {
        SendNext();
        callback = on_written_;
      } else {
        // The call is lost; its done event follows.
        broken_ = true;
        queue_.swap(dropped);
        queued_bytes_ = 0;
      }
    }
    if (callback && *callback) (*callback)();
  }

  bool Writing() const override FUSIONHUB_REQUIRES(this->mu_) { return writing_; }

  void HandleOver() override {
    std::function<void()> on_done;
    std::shared_ptr<const std::function<void()>> on_written;
    std::shared_ptr<void> others;
    std::deque<Queued> dropped;
    {
      MutexLock lock(this->mu_);
      over_ = true;
      on_done.swap(on_done_);
      on_written.swap(on_written_);
      others = TakeCallbacks();
      queue_.swap(dropped);
      queued_bytes_ = 0;
    }
    if (on_done) on_done();
  }

  std::deque<Queued> queue_ FUSIONHUB_GUARDED_BY(this->mu_);
  size_t queued_bytes_ FUSIONHUB_GUARDED_BY(this->mu_) = 0;  // with the one being written
  size_t written_size_ FUSIONHUB_GUARDED_BY(this->mu_) = 0;
  bool writing_ FUSIONHUB_GUARDED_BY(this->mu_) = false;
  bool broken_ FUSIONHUB_GUARDED_BY(this->mu_) = false;
  bool over_ FUSIONHUB_GUARDED_BY(this->mu_) = false;
  std::optional<absl::Status> final_status_ FUSIONHUB_GUARDED_BY(this->mu_);
  std::shared_ptr<const std::function<void()>> on_written_ FUSIONHUB_GUARDED_BY(this->mu_);
  std::function<void()> on_done_ FUSIONHUB_GUARDED_BY(this->mu_);
};

}  // namespace fusionhub::rpc

#endif  // FUSIONHUB_RPC_STREAM_CALL_H_
